package meta_test

import (
	"slices"
	"testing"
	"time"

	"clientportal/internal/datasource/meta"
	"clientportal/internal/datasource/meta/metasim"
	"clientportal/internal/datasource/upstream"
)

func TestALongWindowIsRunAsAReport(t *testing.T) {
	t.Parallel()
	s := setUp(t, func(c *meta.Config, _ *metasim.World) { c.AsyncDays, c.PageSize = 7, 20 })
	s.equals(s.read(month), "100", month, "spend", "leads")
	if runs := s.calls("POST", "/act_100/insights"); len(runs) != 2 || runs[0].Params["level"] != "ad" || runs[1].Params["level"] != "account" {
		t.Errorf("the runs were %v", runs)
	}
	if len(s.slept) < 6 {
		t.Errorf("it waited %v only", s.slept)
	}
}

func TestTooMuchDataHalvesThePageAndThenRunsAReport(t *testing.T) {
	t.Parallel()
	s := setUp(t, func(_ *meta.Config, w *metasim.World) { w.Accounts[0].MaxPage = 130 })
	s.equals(s.read(month), "100", month, "spend", "leads")
	var limits []string
	for _, c := range s.calls("GET", "/act_100/insights")[:3] {
		limits = append(limits, c.Params["limit"])
	}
	if !slices.Equal(limits, []string{"500", "250", "125"}) || len(s.calls("POST", "")) > 0 {
		t.Errorf("the pages were %v", limits)
	}
	s.sim.Fail(metasim.Fault{Kind: metasim.TooMuch, On: "/act_100/insights", Method: "GET", Times: 5})
	s.equals(s.read(month), "100", month, "spend", "leads")
	if len(s.calls("POST", "/act_100/insights")) != 1 {
		t.Error("no report was run")
	}
}

// 300 rows are too much for a run, 80 are not: the days are split.
func TestAFailedRunIsSplitByDate(t *testing.T) {
	t.Parallel()
	s := setUp(t, func(_ *meta.Config, w *metasim.World) { w.Accounts[0].MaxRows = 80 })
	s.equals(s.read(month), "100", month, "spend", "leads", "clicks")
}

// Ten ads on a day are too much, those of some campaigns are not.
func TestAFailedRunOfADayIsSplitByCampaign(t *testing.T) {
	t.Parallel()
	s := setUp(t, func(_ *meta.Config, w *metasim.World) { w.Accounts[0].MaxRows = 6 })
	s.equals(s.read(week), "100", week, "spend", "leads", "clicks")
	byCampaign := slices.ContainsFunc(s.calls("GET", "/insights"), func(c metasim.Call) bool { return c.Params["filtering"] != "" })
	if !byCampaign {
		t.Error("nothing was asked for by campaign")
	}
}

func TestARunThatDoesNotEndWellIsNeverAnEmptySuccess(t *testing.T) {
	t.Parallel()
	for _, kind := range []metasim.Kind{metasim.RunFailed, metasim.RunSkipped, metasim.RunHangs} {
		t.Run(string(kind)+" once", func(t *testing.T) {
			t.Parallel()
			s := setUp(t, func(c *meta.Config, _ *metasim.World) { c.AsyncDays = 3 })
			s.sim.Fail(metasim.Fault{Kind: kind, Method: "POST"})
			s.equals(s.read(week), "100", week, "spend", "leads")
		})
		t.Run(string(kind)+" always", func(t *testing.T) {
			t.Parallel()
			s := setUp(t, func(c *meta.Config, w *metasim.World) { c.RunTimeout, w.Accounts[0].MaxRows = time.Minute, 1 })
			s.sim.Fail(metasim.Fault{Kind: kind, Method: "POST", Times: 1000})
			f := s.fails(week)
			if kind == metasim.RunHangs && f.Kind == upstream.Smaller {
				return // the time of a window is over: less is asked for
			}
			if f.Kind != upstream.Retry || f.After < 10*time.Minute {
				t.Errorf("it is %s after %s: %s", f.Kind, f.After, f.Staff)
			}
		})
	}
}

// However many report runs hang, a window does not take longer than its time: it is
// given up, to be asked for in less days.
func TestRunsThatHangAreNotWaitedForWithoutEnd(t *testing.T) {
	t.Parallel()
	for _, try := range []struct {
		w    upstream.Window
		kind upstream.Kind
	}{{month, upstream.Smaller}, {window("2026-11-10", "2026-11-11"), upstream.Retry}} {
		s := setUp(t, func(_ *meta.Config, w *metasim.World) { w.Accounts[0].MaxRows = 1 })
		s.sim.Fail(metasim.Fault{Kind: metasim.RunHangs, Method: "POST", Times: 1000})
		f := s.fails(try.w)
		var waited time.Duration
		for _, d := range s.slept {
			waited += d
		}
		if f.Kind != try.kind || waited < 4*time.Minute || waited > 14*time.Minute {
			t.Errorf("%s: %s after %s: %s", try.w.From.Format(time.DateOnly), f.Kind, waited, f.Staff)
		}
	}
}
