package widget

import (
	"slices"

	"github.com/google/uuid"
	"github.com/shopspring/decimal"

	"clientportal/internal/metric"
)

// Data is the numbers that were read for all widgets of a dashboard. Kinds ask it
// for figures, series and tables; how days become one number is decided here.
type Data struct {
	Range   Range
	Before  *Range // what is compared with
	Today   Day
	Metrics *metric.Registry
	Sources []Source
	Work    []Annotation

	days   map[string][]DayFact
	parts  map[string][]PartFact
	ranges []RangeFact
}

// Source is a source as far as its numbers are concerned.
type Source struct {
	Origin
	ReportedTo *Day // the last day of which it has reported anything
	Gone       bool // disconnected: its numbers stay
}

// DayFact is a base metric's value of one day.
type DayFact struct {
	Source   uuid.UUID
	Day      Day
	Value    decimal.Decimal
	Currency string
	Flags    uint8
}

// PartFact is a base metric's value of one part of a dimension, over a range or a step of it.
type PartFact struct {
	Source   uuid.UUID
	Metric   string
	Part     string
	Other    bool // all parts that are not named
	Before   bool // of the range that is compared with
	Day      Day  // the first of its step, with ByDay
	Value    decimal.Decimal
	Currency string
	Flags    uint8
}

// RangeFact is what a source said of a whole range.
type RangeFact struct {
	Source      uuid.UUID
	Metric      string
	From, Until Day
	Part        string
	Value       decimal.Decimal
	Flags       uint8
}

// of are the sources whose numbers make up a metric in a widget.
func (d *Data) of(w Widget, name string) []Source {
	kind := SourceType(name)
	return slices.DeleteFunc(slices.Clone(d.Sources), func(s Source) bool {
		return s.Type != kind || w.SourceID != nil && s.SourceID != *w.SourceID
	})
}

// SourceType is the kind of source that a metric comes from.
func SourceType(name string) string {
	for i := range name {
		if name[i] == '.' {
			return name[:i]
		}
	}
	return name
}
