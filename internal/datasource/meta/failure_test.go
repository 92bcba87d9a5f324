package meta_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"clientportal/internal/datasource/meta"
	"clientportal/internal/datasource/meta/metasim"
	"clientportal/internal/datasource/upstream"
)

func TestEveryFailureSaysWhatIsToBeDone(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		kind  metasim.Kind
		want  upstream.Kind
		after time.Duration // at least
	}{
		{metasim.AppLimit, upstream.Retry, 5 * time.Minute},
		{metasim.UserLimit, upstream.Retry, 5 * time.Minute},
		{metasim.PageLimit, upstream.Retry, 5 * time.Minute},
		{metasim.CustomLimit, upstream.Retry, 5 * time.Minute},
		{metasim.BusinessLimit, upstream.Retry, 17 * time.Minute},
		{metasim.AdsLimit, upstream.Retry, 17 * time.Minute},
		{metasim.Unknown, upstream.Retry, time.Minute},
		{metasim.Service, upstream.Retry, time.Minute},
		{metasim.Signature, upstream.Retry, time.Minute},
		{metasim.Retry960, upstream.Retry, time.Minute},
		{metasim.Transient, upstream.Retry, time.Minute},
		{metasim.InsideOf200, upstream.Retry, time.Minute},
		{metasim.BadGateway, upstream.Retry, time.Minute},
		{metasim.Expired, upstream.Reauthorise, 0},
		{metasim.NoPermission, upstream.Fix, 0},
		{metasim.BadParameter, upstream.Fix, 0},
		{metasim.NoAccess, upstream.Fix, 0},
		{metasim.Impossible, upstream.Fix, 0},
		{metasim.ImpossibleToo, upstream.Fix, 0},
		{metasim.CutOff, upstream.Retry, time.Minute},
		{metasim.Endless, upstream.Retry, time.Minute},
		{metasim.NotANumber, upstream.Retry, time.Minute},
		{metasim.HugeNumber, upstream.Retry, time.Minute},
		{metasim.RepeatedCursor, upstream.Retry, time.Minute},
		{metasim.ForeignNext, upstream.Retry, time.Minute},
	} {
		t.Run(string(c.kind), func(t *testing.T) {
			t.Parallel()
			s := setUp(t, func(c *meta.Config, _ *metasim.World) { c.PageSize = 20 })
			s.sim.Fail(metasim.Fault{Kind: c.kind, On: "/insights", Times: 2})
			if f := s.fails(month); f.Kind != c.want || f.After < c.after || f.Client == "" || f.Staff == "" {
				t.Errorf("it is %s after %s: %s", f.Kind, f.After, f.Staff)
			}
		})
	}
}

// A page that fails in the middle leaves nothing of the window.
func TestAFailedPageLeavesNothing(t *testing.T) {
	t.Parallel()
	s := setUp(t, func(c *meta.Config, _ *metasim.World) { c.PageSize = 20 })
	s.sim.Fail(metasim.Fault{Kind: metasim.Service, On: "/insights", After: 3})
	s.fails(month)
	s.equals(s.read(month), "100", month, "spend")
}

// Meta repeats a token that it can't read in its message.
func TestATokenIsNeverInAnError(t *testing.T) {
	t.Parallel()
	s := setUp(t, nil)
	s.token("EAASomebodyElses/Token+1")
	f := s.fails(week)
	if f.Kind != upstream.Reauthorise || !strings.Contains(f.Cause.Error(), "[token]") {
		t.Errorf("it is %s: %v", f.Kind, f.Cause)
	}
	s.conn.Client.Transport = nil
	closed := setUp(t, nil)
	closed.source = meta.New(meta.Config{BaseURL: "http://127.0.0.1:1"})
	if f := closed.fails(week); f.Kind != upstream.Fix && f.Kind != upstream.Retry || strings.Contains(f.Error(), "access_token=") {
		t.Errorf("it is %s: %v", f.Kind, f)
	}
}

func TestItSlowsDownBeforeTheLimitAndStopsAtIt(t *testing.T) {
	t.Parallel()
	s := setUp(t, func(c *meta.Config, _ *metasim.World) { c.PageSize = 100 })
	s.sim.Fail(metasim.Fault{Kind: metasim.Usage80, On: "/act_100/insights", Times: 2})
	s.read(month)
	if len(s.slept) != 2 || s.slept[0] < time.Second {
		t.Errorf("it waited %v", s.slept)
	}
	quota, _ := s.notes["quota"].(map[string]string)
	if quota["used_percent"] != "12" {
		t.Errorf("the quota noted is %v", quota)
	}
	s.sim.Fail(metasim.Fault{Kind: metasim.Usage97, On: "/act_100/insights"})
	before := len(s.sim.Calls())
	if f := s.fails(month); f.Kind != upstream.Retry || f.Code != "usage" || f.After < 5*time.Minute {
		t.Errorf("at the limit it is %s %s", f.Kind, f.Code)
	}
	if after := len(s.sim.Calls()); after-before != 2 {
		t.Errorf("%d calls were made", after-before)
	}
}

func TestReachThatIsDeniedIsUnavailable(t *testing.T) {
	t.Parallel()
	s := setUp(t, nil)
	s.sim.Fail(metasim.Fault{Kind: metasim.NoPermission, On: "/insights", After: 1})
	read := s.read(week)
	s.equals(read, "100", week, "spend")
	for _, f := range read {
		if f.Report == "reach" {
			t.Fatalf("there is %+v", f)
		}
	}
	if got, _ := s.notes["unavailable"].([]string); len(got) != 2 {
		t.Errorf("unavailable is %v", got)
	}
}

// No answer is a failure that passes; slow bytes are an answer.
func TestASystemThatHangsOrTrickles(t *testing.T) {
	t.Parallel()
	s := setUp(t, nil)
	s.sim.Fail(metasim.Fault{Kind: metasim.Hang, On: "/insights"})
	hasty, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
	defer cancel()
	err := s.source.Read(hasty, s.conn, week, &gathered{})
	if f, ok := upstream.AsFailure(err); !ok || f.Kind != upstream.Retry || f.Code != "timeout" {
		t.Errorf("a system that hangs is %v", err)
	}
	s.sim.Fail(metasim.Fault{Kind: metasim.Slow, On: "/insights", Times: 3})
	s.equals(s.read(week), "100", week, "spend")
}
