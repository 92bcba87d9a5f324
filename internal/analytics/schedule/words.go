package schedule

import (
	"slices"
	"strings"

	"github.com/google/uuid"

	"clientportal/internal/web"
)

func (l reportList) columns() []web.Column {
	return []web.Column{{Label: "Report"}, {Label: "Status"}, {Label: "Sent or due", Num: true, Sort: "descending"}}
}

func (l reportList) empty() web.EmptyState {
	e := web.EmptyState{Icon: web.IconChart, Title: "No report was sent yet", Text: "Reports stand here as they were sent, with their documents."}
	if l.status == Held {
		e.Icon, e.Title, e.Text = web.IconCheck, "No report is held", "One whose sources are behind waits here for you."
	} else if l.staff {
		e.Actions = []web.Action{{Label: "Send a report", Href: "/staff/report-schedules/new"}}
	}
	return e
}

// meta is the line below a report's name.
func (s Summary) meta(staff bool) string {
	if !staff {
		return s.Span()
	}
	words := s.Span() + ", " + s.Customer.Name
	if len(s.Reasons) > 0 {
		words += ". " + strings.Join(s.Reasons, " ")
	}
	return words
}

// words tell a figure that has changed: "Sessions: 412 reported, 398 now".
func (r Restated) words() string {
	name := r.Widget
	if r.Label != r.Widget && r.Label != "" {
		name += ", " + r.Label
	}
	return name + ": " + r.Reported + " reported, " + r.Now + " now"
}

// firstRestated is how many figures that have changed are listed at once.
const firstRestated = 5

// comparedLines reports whether a report was compared with anything.
func comparedLines(lines []line) bool {
	return slices.ContainsFunc(lines, func(l line) bool { return l.before != "" })
}

func lineColumns(compared bool) []web.Column {
	columns := []web.Column{{Label: "Figure"}, {Label: "Value", Num: true}}
	if compared {
		columns = append(columns, web.Column{Label: "Before", Num: true, From: web.FromTablet}, web.Column{Label: "Change", Num: true})
	}
	return columns
}

func (v reportView) actions() (list []web.Action) {
	if v.DashboardID != nil && !v.staff {
		list = append(list, web.Action{Label: "Open the dashboard", Href: "/analytics/" + v.DashboardID.String() + "?from=" + v.From.String() + "&to=" + v.To.String()})
	}
	if v.Status == Sent {
		list = append(list, web.Action{Label: "Download the PDF", Icon: web.IconDownload, Kind: web.Primary, Href: v.file(), Attrs: map[string]any{"data-turbo": "false"}})
	}
	return list
}

func (m Mail) state() web.State {
	switch m.Status {
	case mailSent:
		return web.State{Tone: web.Done, Words: "Sent"}
	case mailLeftOut:
		return web.State{Tone: web.Closed, Words: "No mail: " + m.Reason}
	case mailSending:
		return web.State{Tone: web.Late, Words: "May not have gone out"}
	}
	return web.State{Tone: web.Active, Words: "On its way"}
}

// names are whom a schedule writes to.
func (s Schedule) names() string {
	var names []string
	for _, to := range s.Recipients {
		names = append(names, to.Name)
	}
	return strings.Join(names, ", ")
}

func newReport(plans bool) []web.Action {
	if !plans {
		return nil
	}
	return []web.Action{{Label: "Send a report", Kind: web.Primary, Href: "/staff/report-schedules/new"}}
}

func (e editor) heading() string {
	if e.id == uuid.Nil {
		return "Send a report"
	}
	return "Change the schedule"
}

func (e editor) removal() []web.Action {
	if e.id == uuid.Nil {
		return nil
	}
	return []web.Action{{Label: "End it", Kind: web.Danger, Post: e.action + "/remove"}}
}
