package meta

import (
	"encoding/json"
	"testing"
	"time"

	"clientportal/internal/datasource/upstream"
)

func TestClassifyEveryCode(t *testing.T) {
	t.Parallel()
	kinds := map[upstream.Kind][]graphError{
		upstream.Retry: {
			{Code: 1, Subcode: 99}, {Code: 2}, {Code: 4}, {Code: 17}, {Code: 32}, {Code: 104}, {Code: 613}, {Code: 960},
			{Code: 80000}, {Code: 80001}, {Code: 80002}, {Code: 80003}, {Code: 80004}, {Code: 80005}, {Code: 80006}, {Code: 80008},
			{Code: 2601, IsTransient: true},
		},
		upstream.Reauthorise: {{Code: 190}, {Code: 190, Subcode: 463}, {Code: 190, IsTransient: true}, {Code: 102}},
		upstream.Fix: {
			{Code: 10}, {Code: 100}, {Code: 100, Subcode: 33}, {Code: 200}, {Code: 273}, {Code: 3018}, {Code: 2635},
			{Code: 2, Subcode: 1504041, IsTransient: true}, {Code: 2, Subcode: 1853001}, {Code: 1, Subcode: 2853001},
		},
		upstream.Smaller: {
			{Code: 1, Message: "Please reduce the amount of data you're asking for, then retry your request"},
			{Code: 100, Subcode: 1487534, UserMessage: "Please Reduce the amount of data you request"},
		},
	}
	for kind, list := range kinds {
		for _, e := range list {
			if f := classify(400, e, 0); f.Kind != kind || f.Client == "" || f.Staff == "" || (f.Kind == upstream.Retry) != (f.After > 0) {
				t.Errorf("%s is %s after %s: %s", f.Code, f.Kind, f.After, f.Staff)
			}
		}
	}
	for status, kind := range map[int]upstream.Kind{401: upstream.Reauthorise, 429: upstream.Retry, 500: upstream.Retry, 503: upstream.Retry, 400: upstream.Fix, 404: upstream.Fix} {
		if f := classify(status, graphError{}, 0); f.Kind != kind {
			t.Errorf("status %d without words is %s", status, f.Kind)
		}
	}
	if f := classify(400, graphError{Code: 80004}, 40*time.Minute); f.After != 40*time.Minute {
		t.Errorf("it waits %s, Meta says 40 minutes", f.After)
	}
}

func FuzzClassify(f *testing.F) {
	f.Add(400, `{"code":190,"error_subcode":463,"message":"x"}`)
	f.Add(500, `{"code":1,"message":"Please reduce the amount of data"}`)
	f.Add(200, `{"code":-1,"is_transient":true}`)
	f.Fuzz(func(t *testing.T, status int, body string) {
		var e graphError
		_ = json.Unmarshal([]byte(body), &e)
		got := classify(status, e, time.Minute)
		if got.Kind == "" || got.Client == "" || got.Staff == "" || got.Code == "" || (got.Kind == upstream.Retry) != (got.After > 0) {
			t.Errorf("%d %q became %+v", status, body, got)
		}
	})
}

func stat(kind, value string, parts map[string]string) actionStats {
	parts["action_type"], parts["value"] = kind, value
	b, err := json.Marshal(parts)
	if err != nil {
		panic(err)
	}
	var a actionStats
	if err := json.Unmarshal(b, &a); err != nil {
		panic(err)
	}
	return a
}

func TestSynonymsCountOnce(t *testing.T) {
	t.Parallel()
	none := map[string]string{}
	for _, c := range []struct {
		stats []actionStats
		types []string
		want  string
	}{
		{[]actionStats{stat("purchase", "5", none), stat("offsite_conversion.fb_pixel_purchase", "4", none), stat("omni_purchase", "6", none)}, purchaseTypes, "6"},
		{[]actionStats{stat("offsite_conversion.fb_pixel_purchase", "4", none), stat("onsite_web_purchase", "4", none)}, purchaseTypes, "4"},
		{[]actionStats{stat("offsite_conversion.fb_pixel_purchase", "4", none)}, purchaseTypes, "4"},
		{[]actionStats{stat("offsite_conversion.fb_pixel_lead", "3", none), stat("lead", "8", none)}, leadTypes, "8"},
		{[]actionStats{stat("onsite_conversion.lead_grouped", "3", none)}, leadTypes, "3"},
	} {
		if got, ok := once(c.stats, c.types, usualWindows); !ok || got.String() != c.want {
			t.Errorf("%v is %s, wanted %s", c.stats, got, c.want)
		}
	}
	if _, ok := once([]actionStats{stat("link_click", "5", none)}, purchaseTypes, usualWindows); ok {
		t.Error("what has no purchase has 0 purchases")
	}
}

func TestAmountsByWindow(t *testing.T) {
	t.Parallel()
	a := stat("lead", "10", map[string]string{"1d_click": "4", "7d_click": "7", "28d_click": "9", "1d_view": "3"})
	for _, c := range []struct {
		w    windows
		want string
	}{
		{windows{"1d_view", "7d_click"}, "10"},
		{windows{"1d_click"}, "4"},
		{windows{"1d_click", "28d_click"}, "9"},
		{windows{"1d_view", "28d_click"}, "12"},
		{windows{"1d_ev"}, "0"},
	} {
		if got, ok := a.amount(c.w, true); !ok || got.String() != c.want {
			t.Errorf("%v is %s, wanted %s", c.w, got, c.want)
		}
	}
}
