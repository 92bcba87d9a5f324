package widget

import (
	"slices"

	"clientportal/internal/metric"
)

// What sources can't give, and what they have not given yet.

// withheld reports whether none of a widget's sources gives a metric: their system
// denies it. That is not the same as nothing.
func (d *Data) withheld(w Widget, base metric.Metric) bool {
	from := d.of(w, base.Name)
	return len(from) > 0 && !slices.ContainsFunc(from, func(s Source) bool { return !slices.Contains(s.Unavailable, base.Name) })
}

// withheldOf is the first of a widget's metrics that is withheld; ok is false without one.
func (d *Data) withheldOf(w Widget) (m metric.Metric, ok bool) {
	for _, measure := range w.Measures {
		for _, base := range basesOf(d.Metrics, measure) {
			if d.withheld(w, base) {
				return base, true
			}
		}
	}
	return m, false
}

// comingOf are the days of a range that a source has not been read for yet, though it
// will be: it was connected a short while ago.
func comingOf(s Source, r Range) (days Range, any bool) {
	if s.Coming == nil {
		return days, false
	}
	days = *s.Coming
	if days.From.Before(r.From.Time) {
		days.From = r.From
	}
	if days.To.After(r.To.Time) {
		days.To = r.To
	}
	return days, !days.To.Before(days.From.Time)
}

// Coming are the days of the range that a source has not been read for yet.
func (d *Data) Coming(s Source) (days Range, any bool) { return comingOf(s, d.Range) }

// incomplete reports whether days of the range, or of what it is compared with, are
// still to come of a metric's sources: then nobody knows by how much it changed.
func (d *Data) incomplete(name string) bool {
	for _, s := range d.of(Widget{}, name) {
		_, now := comingOf(s, d.Range)
		before := false
		if d.Before != nil {
			_, before = comingOf(s, *d.Before)
		}
		if now || before {
			return true
		}
	}
	return false
}

// coming says of each source of a result which days are still to come.
func (d *Data) coming(r Result) (notes []string) {
	for _, p := range r.Passport {
		for _, origin := range p.Sources {
			source, _ := d.source(origin.SourceID)
			days, any := d.Coming(source)
			if !any {
				continue
			}
			note := StillToCome(d.label(origin.Type), days)
			if !slices.Contains(notes, note) {
				notes = append(notes, note)
			}
		}
	}
	return notes
}

// StillToCome says of a source which days are still to come.
func StillToCome(source string, days Range) string {
	verb := " are"
	if days.Days() == 1 {
		verb = " is"
	}
	return source + " is still being read for the first time: " + days.Label() + verb + " still to come."
}
