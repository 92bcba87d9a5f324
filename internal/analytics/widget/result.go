package widget

import (
	"time"

	"github.com/google/uuid"

	"clientportal/internal/metric"
)

// State is whether there is a number, and if not, why.
type State string

// The states.
const (
	OK           State = "ok"
	NoData       State = "no_data"          // nothing was reported, or nothing to divide by
	Pending      State = "pending"          // people of this range: asked of the source, not answered yet
	Unavailable  State = "unavailable"      // the source can't give it, as Reason says
	NotConnected State = "not_connected"    // no source of this kind: Connect says which
	Mixed        State = "mixed_currencies" // a figure for each, and no sum
)

// Result is what a widget shows for a range. Each kind fills the parts that it has.
type Result struct {
	ID       string   `json:"id"`
	Kind     string   `json:"kind"`
	Title    string   `json:"title"`
	Subtitle string   `json:"subtitle,omitempty" doc:"Sources, currency"`
	Width    int      `json:"width"`
	State    State    `json:"state" enum:"ok,no_data,pending,unavailable,not_connected,mixed_currencies"`
	Reason   string   `json:"reason,omitempty" doc:"In words, when there is nothing to show"`
	Connect  []string `json:"connect,omitempty" doc:"The kinds of source that are to be connected"`

	Columns     []Column     `json:"columns,omitempty" doc:"What the figures are, in their order"`
	Figures     []Figure     `json:"figures,omitempty" doc:"Of each column; of one column in several currencies, one of each"`
	Series      []Series     `json:"series,omitempty"`
	Table       *Table       `json:"table,omitempty"`
	Steps       []Step       `json:"steps,omitempty"`
	Cohorts     []Cohort     `json:"cohorts,omitempty"`
	Goal        *Progress    `json:"goal,omitempty"`
	Annotations []Annotation `json:"annotations,omitempty"`
	Text        string       `json:"text,omitempty" doc:"Markdown"`
	Notes       []string     `json:"notes,omitempty" doc:"What is to be known about the numbers, in sentences"`
	Passport    []Passport   `json:"passport,omitempty" doc:"Where each metric comes from"`
}

// Column is what a figure means.
type Column struct {
	Metric string        `json:"metric"`
	Label  string        `json:"label"`
	Unit   metric.Unit   `json:"unit"`
	Better metric.Better `json:"better,omitempty" enum:"up,down" doc:"The direction in which a change is good"`
}

// Figure is one number of a range, with what it was before.
type Figure struct {
	Value       *Number `json:"value"`
	Previous    *Number `json:"previous,omitempty" doc:"In the range that is compared with: as many days as have been reported of this one"`
	Change      *Number `json:"change,omitempty" doc:"A share: 0.124 is 12.4 % more; of a percentage, the difference"`
	Currency    string  `json:"currency,omitempty"`
	State       State   `json:"state"`
	Provisional bool    `json:"provisional,omitempty" doc:"The source may still change days of it"`
}

// Series is a line or a bar's part over time.
type Series struct {
	Name     string  `json:"name"`
	Column   Column  `json:"column"`
	Currency string  `json:"currency,omitempty"`
	Grain    Grain   `json:"grain" enum:"day,week,month" doc:"How long a point is"`
	Points   []Point `json:"points"`
	Previous []Point `json:"previous,omitempty" doc:"Beside the points, in their order"`
	Total    Figure  `json:"total"`
}

// Grain is how long a point of a series is.
type Grain string

// The grains.
const (
	ByDay   Grain = "day"
	ByWeek  Grain = "week"
	ByMonth Grain = "month"
)

// Point is a value of one day, or of a longer step that begins with it.
type Point struct {
	Day         Day     `json:"day"`
	Value       *Number `json:"value" doc:"null: nothing was reported"`
	Provisional bool    `json:"provisional,omitempty"`
}

// Table is rows of figures.
type Table struct {
	Heading string   `json:"heading" doc:"Of the first column"`
	Columns []Column `json:"columns"`
	Rows    []Row    `json:"rows"`
	Total   *Row     `json:"total,omitempty"`
}

// Row is one row of a table.
type Row struct {
	Label   string   `json:"label"`
	Figures []Figure `json:"figures"`
	Share   *Number  `json:"share,omitempty" doc:"Of the first column's total"`
	Other   bool     `json:"other,omitempty" doc:"What is not shown by its own name"`
}

// Step is one step of a funnel.
type Step struct {
	Column Column  `json:"column"`
	Figure Figure  `json:"figure"`
	Share  *Number `json:"share,omitempty" doc:"Of the step before"`
	Before *Number `json:"before,omitempty" doc:"The same share in the range that is compared with"`
}

// Cohort is people who came in one week, and how many of them came back.
type Cohort struct {
	Day    Day       `json:"day" doc:"The first of its week"`
	Size   Number    `json:"size"`
	Shares []*Number `json:"shares" doc:"Of the size, for each week after; null: not reported yet"`
}

// Progress is how far a goal is reached.
type Progress struct {
	Goal     Number `json:"goal" doc:"For this range"`
	Share    Number `json:"share" doc:"1 is reached"`
	Expected Number `json:"expected" doc:"The share of the range that has passed"`
}

// Annotation is something that was done on a day.
type Annotation struct {
	Day   Day       `json:"day"`
	Kind  string    `json:"kind" enum:"ticket,phase"`
	ID    uuid.UUID `json:"id" doc:"Of the ticket, or of the phase's project"`
	Title string    `json:"title"`
}

// Passport is what is known about a metric of a widget.
type Passport struct {
	Column
	Definition string   `json:"definition"`
	Sources    []Origin `json:"sources"`
}

// Origin is a source as a passport names it.
type Origin struct {
	SourceID    uuid.UUID  `json:"source_id"`
	Type        string     `json:"source_type"`
	Label       string     `json:"label" doc:"Of the kind of source: Google Analytics 4"`
	Name        string     `json:"name"`
	Zone        string     `json:"zone,omitempty" doc:"Whose days these are"`
	Currency    string     `json:"currency,omitempty"`
	Attribution string     `json:"attribution,omitempty" doc:"The windows in which a conversion is counted"`
	LastSync    *time.Time `json:"last_sync_at"`
	CompleteTo  *Day       `json:"complete_to" doc:"The last day that the source will not change"`
	Provisional []Day      `json:"provisional_days,omitempty"`
	Flags       []string   `json:"flags,omitempty" doc:"Sampling, withheld small groups and the like, in words"`
}
