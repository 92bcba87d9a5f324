package trail

import (
	"strings"
	"time"

	"clientportal/internal/audit"
	"clientportal/internal/web"
)

// day is the entries of one day in the reader's zone.
type day struct {
	label string
	date  string // the day itself, as part of an element's id
	runs  []run
}

// run is entries that say the same one after another, the newest first: somebody who
// looks at the same page again and again. One line stands for them.
type run []Entry

// joins reports whether an entry says what the run says already. What changed
// something, or came to nothing, stands by itself.
func (r run) joins(e Entry) bool {
	newest := r[0]
	return looking(e.Action) && e.Action == newest.Action && e.Summary == newest.Summary && value(e.Customer) == value(newest.Customer) &&
		e.Outcome == audit.Success && newest.Outcome == audit.Success
}

// looking reports whether an action is a look at something.
func looking(action string) bool {
	_, verb, _ := strings.Cut(action, ".")
	return strings.HasPrefix(verb, "view") || strings.HasPrefix(verb, "list")
}

// days are the entries day by day.
func (v screen) days(c web.Clock) (days []day) {
	for _, e := range v.entries {
		at := e.OccurredAt.In(zone(c))
		date := at.Format(time.DateOnly)
		if len(days) == 0 || days[len(days)-1].date != date {
			days = append(days, day{label: dayLabel(c, at), date: date})
		}
		last := &days[len(days)-1]
		if n := len(last.runs); n > 0 && last.runs[n-1].joins(e) {
			last.runs[n-1] = append(last.runs[n-1], e)
		} else {
			last.runs = append(last.runs, run{e})
		}
	}
	return days
}

// dayLabel is "Today", "Yesterday", or "Tuesday, 17 November 2026".
func dayLabel(c web.Clock, at time.Time) string {
	named, _, _ := strings.Cut(c.Moment(at), ",")
	if named == "Today" || named == "Yesterday" {
		return named
	}
	return at.Format("Monday, 2 January 2006")
}

// clear is the address without filters, or empty where there are none.
func (v screen) clear() string {
	if len(v.values()) == 0 {
		return ""
	}
	return v.path
}

// with is an address with the filters of the page.
func (v screen) with(path string) string {
	if q := v.values().Encode(); q != "" {
		return path + "?" + q
	}
	return path
}

// selects are the menus of the filter bar.
func (v screen) selects() []web.FilterSelect {
	var menus []web.FilterSelect
	if v.staff {
		customers := []web.Option{{Label: "Any customer"}}
		for _, c := range v.customers {
			customers = append(customers, web.Option{Value: c.ID.String(), Label: c.Name})
		}
		menus = append(menus, web.FilterSelect{Name: "customer_id", Label: "Customer", Value: v.CustomerID, Options: customers})
	}
	people := []web.Option{{Label: "Anybody"}}
	for _, p := range v.people {
		people = append(people, web.Option{Value: p.ID.String(), Label: p.Name})
	}
	actions := []web.Option{{Label: "Anything"}}
	for _, f := range families {
		if v.staff || !f.agency {
			actions = append(actions, web.Option{Value: f.prefix, Label: f.label})
		}
	}
	results := []web.Option{{Label: "Any outcome"}}
	for _, o := range []audit.Outcome{audit.Success, audit.Failure, audit.Denied} {
		results = append(results, web.Option{Value: string(o), Label: outcomes[o]})
	}
	return append(menus,
		web.FilterSelect{Name: "actor", Label: "Who", Value: v.Actor, Options: offering(people, v.Actor)},
		web.FilterSelect{Name: "action", Label: "What", Value: v.Action, Options: offering(actions, v.Action)},
		web.FilterSelect{Name: "outcome", Label: "Outcome", Value: v.Outcome, Options: results},
	)
}

// offering adds to the options a value of the address that is not among them, so
// that another filter can be changed without losing this one.
func offering(options []web.Option, value string) []web.Option {
	for _, o := range options {
		if o.Value == value {
			return options
		}
	}
	return append(options, web.Option{Value: value, Label: value})
}

// places are where the pages of subjects are, for each side.
var places = map[bool]map[string]string{
	false: {"ticket": "/tickets/", "quote": "/quotes/", "time_entry": "/hours/", "dashboard": "/analytics/", "report": "/analytics/reports/"},
	true: {
		"ticket": "/staff/tickets/", "quote": "/staff/quotes/", "customer": "/staff/customers/", "time_entry": "/staff/hours/", "retainer": "/staff/retainers/",
		"dashboard": "/staff/dashboards/", "data_source": "/staff/data-sources/", "report": "/staff/reports/", "report_schedule": "/staff/report-schedules/",
	},
}

func (v screen) subjectHref(s *Subject) string {
	place, ok := places[v.staff][s.Type]
	if !ok || s.ID == nil || s.Name == "" {
		return ""
	}
	return place + s.ID.String()
}

// kinds are the kinds of actors in words.
var kinds = map[string]string{
	"program": "a program, with a token of theirs", "system": "the portal itself", "anonymous": "not signed in",
}

func (v screen) facts(c web.Clock, e Entry) []web.Fact {
	facts := []web.Fact{
		{Term: "When", Text: c.Exact(e.OccurredAt)},
		{Term: "Who", Text: actorWords(e.Actor)},
	}
	add := func(term, text string) {
		if text != "" {
			facts = append(facts, web.Fact{Term: term, Text: text})
		}
	}
	if v.staff {
		add("Customer", value(e.Customer))
	}
	if e.Subject != nil {
		about := web.Fact{Term: "About", Text: phrase(e.Subject, "")}
		if href := v.subjectHref(e.Subject); href != "" {
			about.Value = subjectLink(href, about.Text)
		}
		facts = append(facts, about)
	}
	add("Address", value(e.Address))
	add("Request", value(e.RequestID))
	add("Action", e.Action)
	return facts
}

func actorWords(a Actor) string {
	name := a.Name
	if a.OnBehalfOf != nil {
		name += ", viewing as " + a.OnBehalfOf.Name
	}
	if kind := kinds[a.Kind]; kind != "" {
		return name + " (" + kind + ")"
	}
	if a.Agency {
		return name + " (the agency)"
	}
	return name
}

// dates are the first and the last day of the filter.
func (v screen) dates() []dateField {
	return []dateField{{"from", "From", dateOnly(v.From)}, {"to", "To", dateOnly(v.To)}}
}

// dateOnly is what a browser's field for a date takes: no instant, and no other words.
func dateOnly(text string) string {
	if _, err := time.Parse(time.DateOnly, text); err != nil {
		return ""
	}
	return text
}

type dateField struct{ name, label, value string }

// avatarName is whose initials stand beside an entry.
func avatarName(a Actor) string {
	if a.Kind == "system" {
		return "Portal"
	}
	return a.Name
}

func customerOf(e Entry) string {
	if e.CustomerID == nil {
		return "The agency"
	}
	return value(e.Customer)
}
