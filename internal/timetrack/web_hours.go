package timetrack

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"

	"clientportal/internal/api"
	"clientportal/internal/clock"
	"clientportal/internal/web"
)

// hoursListed is how many entries a page of the list has.
const hoursListed = 50

// hoursAddress is what the address of a list of hours says. A filter that makes no
// sense is none.
type hoursAddress struct {
	on       Day // a day of the period that is shown; zero: today
	retainer uuid.UUID
	status   Approval
	person   uuid.UUID
	project  uuid.UUID
	work     string // a category
	billable string // yes, no or ""
	cursor   string
}

func readHoursAddress(values url.Values) hoursAddress {
	a := hoursAddress{cursor: values.Get("cursor"), status: Approval(values.Get("status")), billable: values.Get("billable"), work: plain(values.Get("work"), 100)}
	if on, err := time.Parse(time.DateOnly, values.Get("on")); err == nil && on.Year() >= 2000 && on.Year() < 2100 {
		a.on = Day{Time: on}
	}
	a.retainer, a.person, a.project = idIn(values, "retainer"), idIn(values, "person"), idIn(values, "project")
	if !slices.Contains([]Approval{Pending, Approved, Rejected}, a.status) {
		a.status = ""
	}
	if a.billable != "yes" && a.billable != "no" {
		a.billable = ""
	}
	return a
}

// idIn is an id in an address, or none.
func idIn(values url.Values, name string) uuid.UUID {
	id, err := uuid.Parse(values.Get(name))
	if err != nil {
		return uuid.Nil
	}
	return id
}

// plain is what somebody typed, as far as it can be looked for.
func plain(s string, most int) string {
	s = strings.TrimSpace(strings.ReplaceAll(strings.ToValidUTF8(s, ""), "\x00", ""))
	if letters := []rune(s); len(letters) > most {
		return string(letters[:most])
	}
	return s
}

// values are the address again, without where its list goes on.
func (a hoursAddress) values() url.Values {
	v := url.Values{}
	put := func(name, value string) {
		if value != "" {
			v.Set(name, value)
		}
	}
	putID := func(name string, id uuid.UUID) {
		if id != uuid.Nil {
			v.Set(name, id.String())
		}
	}
	if !a.on.IsZero() {
		v.Set("on", a.on.String())
	}
	putID("retainer", a.retainer)
	putID("person", a.person)
	putID("project", a.project)
	put("status", string(a.status))
	put("work", a.work)
	put("billable", a.billable)
	return v
}

func (a hoursAddress) isFiltered() bool {
	return a.status != "" || a.person != uuid.Nil || a.project != uuid.Nil || a.work != "" || a.billable != ""
}

// unfiltered is the same period with all its entries.
func (a hoursAddress) unfiltered() hoursAddress {
	return hoursAddress{on: a.on, retainer: a.retainer}
}

// at is the same list in the period of another day.
func (a hoursAddress) at(on Day) hoursAddress {
	a.on, a.cursor = on, ""
	return a
}

func (a hoursAddress) path() string {
	if query := a.values().Encode(); query != "" {
		return clientRoot + "?" + query
	}
	return clientRoot
}

// filter picks the entries of a period.
func (a hoursAddress) filter(from, until Day) Filter {
	last := Day{Time: until.AddDate(0, 0, -1)}
	f := Filter{From: &from, To: &last, Category: a.work}
	for id, to := range map[uuid.UUID]**uuid.UUID{a.person: &f.EmployeeID, a.project: &f.QuoteID} {
		if id != uuid.Nil {
			*to = &id
		}
	}
	if a.status != "" {
		f.Approvals = []Approval{a.status}
	}
	if a.billable != "" {
		yes := a.billable == "yes"
		f.Billable = &yes
	}
	return f
}

// hoursView is a client's page of hours.
type hoursView struct {
	hoursAddress
	from, until Day        // the period
	panel       *panelView // of the retainer, if one runs
	retainers   []Summary  // all that run, to choose among
	entries     EntryPage
	beside
	blocks  []OverageBlock // that wait for a decision
	decides bool
	changed []Entry  // that were edited while the reader decided on them
	form    web.Form // what went wrong with a decision
}

func (c clientPages) showHours(w http.ResponseWriter, r *http.Request) error {
	return c.drawHours(w, r, http.StatusOK, hoursView{hoursAddress: readHoursAddress(r.URL.Query())})
}

func (c clientPages) drawHours(w http.ResponseWriter, r *http.Request, status int, v hoursView) error {
	ctx := r.Context()
	today, err := c.today(ctx)
	if err != nil {
		return err
	}
	if v.panel, v.retainers, err = c.panel(ctx, v.hoursAddress, today); err != nil {
		return err
	}
	v.from, v.until = v.span(today)
	f := v.filter(v.from, v.until)
	if v.entries, err = c.Entries(ctx, f, api.PageQuery{Limit: hoursListed, Cursor: v.cursor}); err != nil {
		return err
	}
	if v.beside, err = c.beside(ctx, v.entries.Items, v.from, v.until); err != nil {
		return err
	}
	if v.blocks, err = c.Blocks(ctx, nil, BlockAsked); err != nil {
		return err
	}
	v.decides = can(ctx, mayDecide)
	p := c.page(w, r, "Hours").Following("hours:")
	web.Render(w, r, status, TimeTrackingView(p, v))
	return nil
}

// span is the period that is shown: the retainer's, or else a month.
func (v hoursView) span(today Day) (from, until Day) {
	if v.panel != nil {
		return v.panel.PeriodStart, v.panel.PeriodEnd
	}
	on := v.on
	if on.IsZero() {
		on = today
	}
	from = Day{Time: time.Date(on.Year(), on.Month(), 1, 0, 0, 0, 0, time.UTC)}
	return from, Day{Time: from.AddDate(0, 1, 0)}
}

// label names the period.
func (v hoursView) label(c web.Clock) string {
	if v.from.Day() == 1 && v.from.AddDate(0, 1, 0).Equal(v.until.Time) {
		return v.from.Format("January 2006")
	}
	return c.Span(v.from.Time, v.until.AddDate(0, 0, -1))
}

// before and after lead to the periods around this one.
func (v hoursView) before() *web.Link {
	if v.panel != nil && !v.panel.retainer.StartsOn.Before(v.from.Time) && len(v.retainers) > 1 {
		return nil
	}
	on := Day{Time: v.from.AddDate(0, 0, -1)}
	return &web.Link{Label: "The period before, to " + on.Format("2 January 2006"), Href: v.at(on).path()}
}

func (v hoursView) after(c web.Clock) *web.Link {
	if v.until.After(c.Today()) {
		return nil
	}
	return &web.Link{Label: "The period after, from " + v.until.Format("2 January 2006"), Href: v.at(v.until).path()}
}

// statements are the period's statement in each format.
func (v hoursView) statements() []web.Link {
	query := url.Values{"on": {v.from.String()}}
	if v.panel != nil {
		query.Set("retainer", v.panel.RetainerID.String())
	}
	return statementLinks(below(clientRoot, "statement"), query)
}

func statementLinks(path string, query url.Values) []web.Link {
	var links []web.Link
	for _, format := range []struct{ name, label string }{{formatPDF, "PDF"}, {formatCSV, "CSV"}, {formatXLSX, "Excel"}} {
		query.Set("format", format.name)
		links = append(links, web.Link{Label: format.label, Href: path + "?" + query.Encode()})
	}
	return links
}

// today is the customer's day.
func (s *Service) today(ctx context.Context) (Day, error) {
	zone, err := s.zone(ctx)
	return dayIn(zone, clock.Now(ctx)), err
}
