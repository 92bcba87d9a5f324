package upstream_test

import (
	"encoding/json"
	"testing"

	"clientportal/internal/datasource/upstream"
)

func TestNumberRefusesWhatNothingCounts(t *testing.T) {
	for _, bad := range []string{"", "NaN", "Infinity", "-inf", "1e400", "1e-400", "0x10", "1,5", "12 ", "9999999999999999999999999999999999999999999"} {
		if d, err := upstream.Number(bad); err == nil {
			t.Errorf("%q was read as %s", bad, d)
		}
	}
	for in, want := range map[string]string{"0": "0", "12.50": "12.5", "-3": "-3", "1.5E3": "1500", "0.123456789012345678": "0.123456789012345678"} {
		if d, err := upstream.Number(in); err != nil || d.String() != want {
			t.Errorf("%q was read as %s, %v", in, d, err)
		}
	}
}

func TestFigureTellsNothingFromZero(t *testing.T) {
	var row struct{ Spend, Clicks, Reach, None upstream.Figure }
	if err := json.Unmarshal([]byte(`{"spend":"10.10","clicks":7,"reach":"0","none":null}`), &row); err != nil {
		t.Fatal(err)
	}
	if row.Spend.String() != "10.1" || row.Clicks.String() != "7" || !row.Reach.IsZero() || row.None.Decimal != nil {
		t.Errorf("read %+v", row)
	}
	for _, bad := range []string{`{"spend":"NaN"}`, `{"spend":1e400}`, `{"spend":true}`, `{"spend":[]}`} {
		if err := json.Unmarshal([]byte(bad), &row); err == nil {
			t.Errorf("%s was read", bad)
		}
	}
}
