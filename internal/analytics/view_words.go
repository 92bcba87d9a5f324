package analytics

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"clientportal/internal/analytics/widget"
	"clientportal/internal/web"
)

// group is widgets that stand in one grid: key figures, or panels.
type group struct {
	tiles   bool
	widgets []widget.Result
}

// groups are the widgets in their order, key figures that follow one another together.
func (v view) groups() (list []group) {
	for _, r := range v.Widgets {
		tiles := isTile(r)
		if n := len(list); n == 0 || list[n-1].tiles != tiles {
			list = append(list, group{tiles: tiles})
		}
		list[len(list)-1].widgets = append(list[len(list)-1].widgets, r)
	}
	return list
}

func isTile(r widget.Result) bool {
	kind, ok := widget.KindOf(r.Kind)
	return ok && kind.Chart == widget.Tile
}

// behind says that a source lags, for the line under the title; "" when it does not.
func behind(c web.Clock, f Freshness) string {
	switch f.State {
	case NeverSynced:
		return f.Label + " has sent nothing yet"
	case Disconnected:
		return f.Label + " is no longer connected"
	case Failing, Stale:
		if f.ReportedTo != nil {
			if days := -c.DaysUntil(f.ReportedTo.Time); days > 1 {
				return fmt.Sprintf("%s is %s behind", f.Label, web.Plural(days, "day"))
			}
		}
		return f.Label + " needs attention"
	}
	return ""
}

// lastSeen is when a source last answered.
func lastSeen(c web.Clock, t *time.Time) string {
	if t == nil {
		return "Never"
	}
	return c.Moment(*t)
}

// sourceStatus is a source's state as it stands in the table.
func sourceStatus(s SourceState) web.State {
	switch s {
	case Fresh:
		return web.State{Tone: web.Done, Words: "Up to date"}
	case Stale:
		return web.State{Tone: web.Waiting, Words: "Stale"}
	case Failing:
		return web.State{Tone: web.Late, Words: "Needs attention"}
	case Disconnected:
		return web.State{Tone: web.Closed, Words: "Disconnected"}
	}
	return web.State{Tone: web.Planned, Words: "Nothing yet"}
}

// completeWords say up to which day a source will change nothing.
func completeWords(c web.Clock, f Freshness) string {
	if f.CompleteTo == nil {
		return ""
	}
	return "complete to " + c.Date(f.CompleteTo.Time)
}

// warning says that a widget's numbers end early, and why.
func (v view) warning(c web.Clock, r widget.Result) string {
	for _, p := range r.Passport {
		for _, origin := range p.Sources {
			for _, f := range v.Freshness {
				if f.SourceID != origin.SourceID || f.State == Fresh || f.ReportedTo == nil || !f.ReportedTo.Before(v.Range.To.Time) {
					continue
				}
				return strings.TrimSpace(fmt.Sprintf("Figures end on %s. %s", c.Date(f.ReportedTo.Time), f.Note))
			}
		}
	}
	return ""
}

// coming are the sources of which days are still to come.
func (v view) coming() (list []Freshness) {
	for _, f := range v.Freshness {
		if f.Coming != nil {
			list = append(list, f)
		}
	}
	return list
}

func (f Freshness) stillToCome() string {
	return widget.StillToCome(f.Label, widget.Range{From: f.Coming.From, To: f.Coming.To})
}

// notes are a widget's notes without those that the page says once for all.
func (v view) notes(r widget.Result) []string {
	return slices.DeleteFunc(slices.Clone(r.Notes), func(note string) bool {
		return slices.ContainsFunc(v.coming(), func(f Freshness) bool { return f.stillToCome() == note })
	})
}

// facts are a passport in terms and words.
func facts(c web.Clock, p widget.Passport) []web.Fact {
	list := []web.Fact{{Term: "Definition", Text: first(p.Definition, "None was given.")}}
	if len(p.Sources) == 0 {
		return append(list, web.Fact{Term: "Source", Text: "Not connected"})
	}
	for _, o := range p.Sources {
		source := o.Label
		if o.Name != "" && o.Name != o.Label {
			source += ", " + o.Name
		}
		list = append(list, web.Fact{Term: "Source", Text: source})
		list = addFact(list, "Time zone", o.Zone)
		list = addFact(list, "Currency", o.Currency)
		list = addFact(list, "Attribution", o.Attribution)
		list = append(list, web.Fact{Term: "Last sync", Text: lastSeen(c, o.LastSync)})
		list = append(list, web.Fact{Term: "Provisional", Text: provisionalWords(c, o.Provisional)})
		list = append(list, web.Fact{Term: "Sampling", Text: first(strings.Join(o.Flags, "; "), "None")})
	}
	return list
}

func addFact(list []web.Fact, term, text string) []web.Fact {
	if text == "" {
		return list
	}
	return append(list, web.Fact{Term: term, Text: text})
}

func provisionalWords(c web.Clock, days []widget.Day) string {
	switch n := len(days); n {
	case 0:
		return "None of these days"
	case 1:
		return c.Date(days[0].Time)
	default:
		return c.Span(days[0].Time, days[n-1].Time)
	}
}

// compareLabel names what the range is compared with, for the menu.
func (v view) compareLabel() string {
	if v.Comparison == nil {
		return "No comparison"
	}
	return "Compared with " + v.Comparison.Label
}

// comparisons are the choices of the menu.
func (v view) comparisons() []web.Link {
	r := widget.Range{From: v.Range.From, To: v.Range.To, Preset: v.preset}
	var list []web.Link
	for _, c := range []widget.Comparison{widget.PreviousPeriod, widget.PreviousYear} {
		list = append(list, web.Link{Label: upper(c.Label(r)), Href: v.base + v.withCompare(c)})
	}
	return append(list, web.Link{Label: "No comparison", Href: v.base + v.withCompare(widget.NoComparison)})
}

func upper(text string) string {
	if text == "" {
		return ""
	}
	return strings.ToUpper(text[:1]) + text[1:]
}

// drillPath leads from a widget to its numbers by day and by dimension.
func (v view) drillPath(r widget.Result) string {
	if len(r.Columns) == 0 || r.Kind == "cohorts" {
		return ""
	}
	return v.base + "/" + r.ID + v.query()
}

// beforeText is what a figure was before.
func beforeText(f widget.Figure, c widget.Column) string {
	if f.Previous == nil {
		return ""
	}
	return Amount(f.Previous, c.Unit, f.Currency, false) + " before"
}

// cohortClass tints a cell by how many came back.
func cohortClass(share *widget.Number) string {
	if share == nil {
		return ""
	}
	return tints[min(int(share.InexactFloat64()*10), len(tints)-1)]
}
