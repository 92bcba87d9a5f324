package widget

import (
	"encoding/json"
	"fmt"
	"reflect"
	"regexp"
	"strings"
	"sync"

	"github.com/danielgtaylor/huma/v2"
	"github.com/google/uuid"

	"clientportal/internal/fault"
	"clientportal/internal/metric"
)

// Version is the version of configs that this portal writes.
const Version = 1

// Bounds of a config.
const (
	MaxWidgets = 40
	Columns    = 12 // of the grid
)

// Config is what a dashboard is made of, as it is kept.
type Config struct {
	Version int      `json:"version" enum:"1" doc:"Of this format"`
	Widgets []Widget `json:"widgets" maxItems:"40" nullable:"false" doc:"In their order"`
}

// Widget is one widget of a dashboard as it is configured.
type Widget struct {
	ID        string     `json:"id" minLength:"1" maxLength:"40" pattern:"^[a-z0-9_-]+$" patternDescription:"small letters, digits, - and _" doc:"Unique in its dashboard"`
	Kind      string     `json:"kind" enum:"number,goal,line,bar,stacked_bar,donut,table,funnel,cohorts,text,work_results,reconciliation"`
	Title     string     `json:"title,omitempty" maxLength:"120" doc:"The metric's own name when empty"`
	Width     int        `json:"width" minimum:"2" maximum:"12" doc:"Columns of twelve, on a wide screen"`
	Measures  []Measure  `json:"measures,omitempty" maxItems:"8"`
	Dimension string     `json:"dimension,omitempty" maxLength:"60" doc:"By which it is split"`
	Limit     int        `json:"limit,omitempty" minimum:"0" maximum:"50" doc:"How many parts are shown by their own name"`
	Goal      *Number    `json:"goal,omitempty" doc:"For a month; other ranges are measured by their share of it"`
	Text      string     `json:"text,omitempty" maxLength:"5000" doc:"Markdown"`
	SourceID  *uuid.UUID `json:"source_id,omitempty" format:"uuid" doc:"Where a customer has several of a kind: one of them"`
}

// Measure is a metric as a widget uses it.
type Measure struct {
	Metric string  `json:"metric" minLength:"3" maxLength:"100" example:"ga4.sessions"`
	Label  string  `json:"label,omitempty" maxLength:"80" doc:"The metric's own name when empty"`
	Filter *Filter `json:"filter,omitempty"`

	Better metric.Better `json:"better,omitempty" enum:"up,down" doc:"The direction in which a change is good, in the place of the metric's own"`
}

// Filter keeps one part of a dimension.
type Filter struct {
	Dimension string `json:"dimension" minLength:"1" maxLength:"60" example:"event"`
	Value     string `json:"value" minLength:"1" maxLength:"200" example:"generate_lead" doc:"A star at the end stands for any ending"`
}

// key tells measures of the same numbers apart from others.
func (m Measure) key() string {
	if m.Filter == nil {
		return m.Metric
	}
	return m.Metric + "|" + m.Filter.Dimension + "|" + m.Filter.Value
}

// better is the direction in which a change is good.
func (m Measure) better(known metric.Metric) metric.Better {
	if m.Better != metric.Neither {
		return m.Better
	}
	return known.Better
}

// upgrades take a config from one version to the next: the first from 1 to 2.
var upgrades []func(config map[string]any) error

// Parse reads a config as it is kept, of this version or an older one. Its error is
// a fault that names the place.
func Parse(raw []byte) (c Config, err error) {
	var plain map[string]any
	if err := json.Unmarshal(raw, &plain); err != nil {
		return c, fault.InvalidField("config", "This is no JSON object.")
	}
	if err := upgrade(plain, upgrades); err != nil {
		return c, err
	}
	if err := validate(plain); err != nil {
		return c, err
	}
	upgraded, err := json.Marshal(plain)
	if err == nil {
		err = json.Unmarshal(upgraded, &c)
	}
	return c, err
}

// upgrade takes a config to the version that follows the last of the steps.
func upgrade(config map[string]any, steps []func(map[string]any) error) error {
	current := len(steps) + 1
	version, ok := config["version"].(float64)
	if !ok || version < 1 || version != float64(int(version)) {
		return fault.InvalidField("config.version", "Say which version of the format this is: %d.", current)
	}
	if int(version) > current {
		return fault.InvalidField("config.version", "This is of version %d; the portal knows up to %d.", int(version), current)
	}
	for v := int(version); v < current; v++ {
		if err := steps[v-1](config); err != nil {
			return fmt.Errorf("upgrade a config from version %d: %w", v, err)
		}
		config["version"] = float64(v + 1)
	}
	return nil
}

// schema is the JSON Schema of a config, which the API's description has too.
var schema = sync.OnceValues(func() (huma.Registry, *huma.Schema) {
	registry := huma.NewMapRegistry("#/components/schemas/", huma.DefaultSchemaNamer)
	return registry, registry.Schema(reflect.TypeFor[Config](), false, "Config")
})

func validate(plain map[string]any) error {
	registry, s := schema()
	var found huma.ValidateResult
	path := huma.NewPathBuffer([]byte{}, 0)
	path.Push("config")
	huma.Validate(registry, s, path, huma.ModeWriteToServer, plain, &found)
	var check fault.Check
	for _, err := range found.Errors {
		if detail, ok := err.(huma.ErrorDetailer); ok {
			d := detail.ErrorDetail()
			check.Add(d.Location, "%s", d.Message)
		}
	}
	return check.Err()
}

var idPattern = regexp.MustCompile(`^[a-z0-9_-]{1,40}$`)

// CheckConfig notes what is wrong with a config, each fault at its place.
func CheckConfig(check *fault.Check, c Config, metrics *metric.Registry) {
	check.That(c.Version == Version, "config.version", "The version is %d.", Version)
	check.That(len(c.Widgets) <= MaxWidgets, "config.widgets", "A dashboard has at most %d widgets, this has %d.", MaxWidgets, len(c.Widgets))
	seen := map[string]bool{}
	for i, w := range c.Widgets {
		at := fmt.Sprintf("config.widgets[%d].", i)
		check.That(idPattern.MatchString(w.ID), at+"id", "An id is small letters, digits, - and _, at most 40 of them.")
		check.That(!seen[w.ID], at+"id", "Another widget has this id.")
		seen[w.ID] = true
		CheckWidget(check, at, w, metrics)
	}
}

// CheckWidget notes what is wrong with a widget; at is where it stands, with a dot.
func CheckWidget(check *fault.Check, at string, w Widget, metrics *metric.Registry) {
	kind, ok := KindOf(w.Kind)
	if !ok {
		check.Add(at+"kind", "There is no such kind of widget. Choose one of: %s.", strings.Join(kindNames(), ", "))
		return
	}
	check.Text(at+"title", "the title", w.Title, 0, 120)
	check.That(w.Width >= 2 && w.Width <= Columns, at+"width", "A width is 2 to %d columns.", Columns)
	checkUse(check, at+"dimension", kind, kind.Takes.Dimension, w.Dimension != "", "a dimension")
	checkUse(check, at+"goal", kind, kind.Takes.Goal, w.Goal != nil, "a goal")
	checkUse(check, at+"text", kind, kind.Takes.Text, strings.TrimSpace(w.Text) != "", "a text")
	check.Text(at+"text", "the text", w.Text, 0, 5000)
	check.That(w.Goal == nil || w.Goal.IsPositive(), at+"goal", "A goal is more than nothing.")
	check.That(w.Limit == 0 || kind.Takes.Limit && w.Limit > 0 && w.Limit <= 50, at+"limit", "A limit is 1 to 50, for bars, donuts and tables.")
	low, high := kind.Takes.MinMeasures, kind.Takes.MaxMeasures
	switch n := len(w.Measures); {
	case n < low && low == 1:
		check.Add(at+"measures", "Choose a metric.")
	case n < low:
		check.Add(at+"measures", "%s takes at least %d metrics.", kind.Label, low)
	case n > high && high == 0:
		check.Add(at+"measures", "%s takes no metric of its own.", kind.Label)
	case n > high:
		check.Add(at+"measures", "%s takes at most %d metrics, this has %d.", kind.Label, high, n)
	}
	for i, m := range w.Measures {
		checkMeasure(check, fmt.Sprintf("%smeasures[%d].", at, i), m, w.Dimension, metrics)
	}
	if kind.Check != nil {
		kind.Check(check, at, w, metrics)
	}
}

func checkUse(check *fault.Check, at string, kind Kind, use Use, given bool, what string) {
	check.That(given || use != Required, at, "%s takes %s.", kind.Label, what)
	check.That(!given || use != No, at, "%s takes no such thing; leave %s out.", kind.Label, what)
}

func checkMeasure(check *fault.Check, at string, m Measure, dimension string, metrics *metric.Registry) {
	check.Text(at+"label", "the label", m.Label, 0, 80)
	known, ok := metrics.Find(m.Metric)
	if !ok {
		check.Add(at+"metric", "There is no metric %q.", m.Metric)
		return
	}
	if !Splits(metrics, known, dimension) {
		check.Add(at+"metric", "%s can't be split by %s.", known.Label, dimension)
	}
	check.That(m.Better == metric.Neither || m.Better == metric.Up || m.Better == metric.Down, at+"better", "Choose up or down, or leave it out.")
	if m.Filter == nil {
		return
	}
	check.Text(at+"filter.value", "the value", m.Filter.Value, 1, 200)
	switch {
	case !Splits(metrics, known, m.Filter.Dimension) || m.Filter.Dimension == "":
		check.Add(at+"filter.dimension", "%s can't be filtered by %q.", known.Label, m.Filter.Dimension)
	case known.Aggregation == metric.Distinct:
		check.Add(at+"filter.dimension", "%s counts people, who can't be filtered afterwards.", known.Label)
	case dimension != "" && dimension != m.Filter.Dimension && !together(metrics, known, dimension, m.Filter.Dimension):
		check.Add(at+"filter.dimension", "%s is not known by %s and %s at once.", known.Label, dimension, m.Filter.Dimension)
	}
}

// Splits reports whether a metric can be split by a dimension; a ratio can where
// both its parts can.
func Splits(metrics *metric.Registry, m metric.Metric, dimension string) bool {
	if m.Aggregation != metric.Ratio || dimension == "" {
		return m.Splits(dimension)
	}
	for _, part := range []string{m.Numerator, m.Denominator} {
		if p, ok := metrics.Find(part); !ok || !Splits(metrics, p, dimension) {
			return false
		}
	}
	return true
}

// together reports whether one report carries both dimensions.
func together(metrics *metric.Registry, m metric.Metric, a, b string) bool {
	if m.Aggregation != metric.Ratio {
		return m.ReportFor(a) == m.ReportFor(b)
	}
	for _, part := range []string{m.Numerator, m.Denominator} {
		if p, ok := metrics.Find(part); !ok || !together(metrics, p, a, b) {
			return false
		}
	}
	return true
}

func kindNames() []string {
	names := make([]string, len(Kinds))
	for i, k := range Kinds {
		names[i] = k.Name
	}
	return names
}
