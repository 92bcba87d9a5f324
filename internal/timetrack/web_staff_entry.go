package timetrack

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"github.com/google/uuid"
	"github.com/shopspring/decimal"

	"clientportal/internal/actor"
	"clientportal/internal/fault"
	"clientportal/internal/route"
	"clientportal/internal/web"
)

// entryForm is the form of time that is logged, or changed.
type entryForm struct {
	web.Form
	choices
	entry   *Entry // that is changed; nil for a new one
	mayPick bool   // the reader logs hours of others too
	stale   bool   // it was changed since the form was opened
}

func (f entryForm) action() string {
	if f.entry != nil {
		return staffPath(f.entry.ID) + "/edit"
	}
	return staffRoot
}

func staffPath(id uuid.UUID) string { return below(staffRoot, id.String()) }

func (c staffPages) showNew(w http.ResponseWriter, r *http.Request) error {
	p, query := c.Shell(w, r), r.URL.Query()
	values := url.Values{
		"date_worked": {p.Clock.Today().Format("2006-01-02")}, "billable": {"on"}, "is_retainer": {"on"},
		"customer_id": {query.Get("customer_id")}, "quote_id": {query.Get("quote_id")}, "ticket": {query.Get("ticket")},
	}
	return c.drawEntryForm(w, r, http.StatusOK, entryForm{Form: web.Form{Values: values}})
}

func (c staffPages) drawEntryForm(w http.ResponseWriter, r *http.Request, status int, f entryForm) (err error) {
	if f.choices, err = c.choices(r.Context()); err != nil {
		return err
	}
	f.mayPick = can(r.Context(), mayAgree)
	title := "Log hours"
	if f.entry != nil {
		title = "Change hours"
	}
	p := c.page(w, r, staffRoot, title, web.Crumb{Label: "Hours", Href: staffRoot}, web.Crumb{Label: title})
	p.Width = web.Narrow
	web.Render(w, r, status, entryFormPage(p, f, title))
	return nil
}

// typedEntry is what a form says about an entry.
type typedEntry struct {
	customer              uuid.UUID
	quote, ticket, worker *uuid.UUID
	minutes               int
	day                   Day
	rate                  *Amount
}

// read reads the fields that are more than text. The faults of all are told at once.
func (c staffPages) read(ctx context.Context, f web.Form) (t typedEntry, err error) {
	var check fault.Check
	id := func(name, what string) *uuid.UUID {
		text := f.Value(name)
		if text == "" {
			return nil
		}
		id, err := uuid.Parse(text)
		check.That(err == nil, name, "Choose %s.", what)
		return &id
	}
	if customer := id("customer_id", "a customer"); customer != nil {
		t.customer = *customer
	} else {
		check.Add("customer_id", "Choose a customer.")
	}
	t.quote, t.worker = id("quote_id", "a project"), id("employee_id", "who worked")
	var wrong string
	if t.minutes, wrong = parseDuration(strings.TrimSpace(f.Value("hours"))); wrong != "" {
		check.Add("hours", "%s", wrong)
	}
	day, wrong := parseDay(strings.TrimSpace(f.Value("date_worked")), orderUnknown)
	if wrong != "" {
		check.Add("date_worked", "%s", wrong)
	}
	t.day, t.rate = Day{Time: day}, amountIn(&check, f, "hourly_rate")
	if err := check.Err(); err != nil {
		return t, err
	}
	t.ticket, err = c.ticketNumbered(ctx, t.customer, strings.TrimSpace(f.Value("ticket")))
	return t, err
}

// amountIn is an amount that somebody typed, nil for none.
func amountIn(check *fault.Check, f web.Form, name string) *Amount {
	text := strings.ReplaceAll(strings.TrimSpace(f.Value(name)), ",", ".")
	if text == "" {
		return nil
	}
	d, err := decimal.NewFromString(text)
	if err != nil || len(text) > 20 {
		check.Add(name, mendRate)
		return nil
	}
	return &Amount{Decimal: d}
}

// ticked reports whether a box is.
func ticked(f web.Form, name string) *bool {
	on := f.Value(name) != ""
	return &on
}

func (c staffPages) create(w http.ResponseWriter, r *http.Request) error {
	f, err := web.ReadForm(w, r)
	if err != nil {
		return err
	}
	t, err := c.read(r.Context(), f)
	var made Entry
	if err == nil {
		made, err = c.LogEntry(r.Context(), EntryInput{
			CustomerID: t.customer, QuoteID: t.quote, TicketID: t.ticket, EmployeeID: t.worker, TaskDescription: f.Value("task_description"),
			Minutes: &t.minutes, DateWorked: t.day, Billable: ticked(f, "billable"), HourlyRate: t.rate, Category: f.Value("category"),
			IsRetainer: *ticked(f, "is_retainer"), Internal: *ticked(f, "internal"),
		})
	}
	if fault.Mendable(err) {
		f, _ = f.With(asTyped(err))
		return c.drawEntryForm(w, r, fault.Status(err), entryForm{Form: f})
	}
	if err != nil {
		return err
	}
	return said(c.Pages, w, r, staffPath(made.ID), fmt.Sprintf("%s h (%s) are logged.", made.Hours, web.Plural(made.Minutes, "minute")))
}

// asTyped gives a fault the name of the field in which it was typed.
func asTyped(err error) error {
	if f, ok := err.(*fault.Error); ok { //nolint:errorlint // a fault comes as it is
		for i := range f.Fields {
			if f.Fields[i].Name == "minutes" {
				f.Fields[i].Name = "hours"
			}
		}
	}
	return err
}

func (c staffPages) showEntry(w http.ResponseWriter, r *http.Request) error {
	return c.drawEntry(w, r, http.StatusOK, web.Form{})
}

func (c staffPages) drawEntry(w http.ResponseWriter, r *http.Request, status int, answer web.Form) error {
	id, err := route.PathID(r, "id", "time entry")
	if err != nil {
		return err
	}
	v := entryView{staff: true, answer: answer}
	if v.Detail, err = c.Entry(r.Context(), id); err != nil {
		return err
	}
	who, _ := actor.From(r.Context())
	v.decides = mayLogOf(who, v.EmployeeID) == nil
	p := c.page(w, r, staffRoot, v.TaskDescription, web.Crumb{Label: "Hours", Href: staffRoot}, web.Crumb{Label: "Entry"}).Following("hours:")
	web.Render(w, r, status, staffEntryPage(p, v))
	return nil
}

func (c staffPages) answerEntry(w http.ResponseWriter, r *http.Request) error {
	id, err := route.PathID(r, "id", "time entry")
	if err != nil {
		return err
	}
	f, err := web.ReadForm(w, r)
	if err != nil {
		return err
	}
	_, err = c.AnswerEntry(r.Context(), id, Answer{Body: f.Value("body"), Resubmit: f.Value("resubmit") != ""})
	if fault.Mendable(err) {
		f, _ = f.With(err)
		return c.drawEntry(w, r, fault.Status(err), f)
	}
	if err != nil {
		return err
	}
	return said(c.Pages, w, r, staffPath(id), "Your answer is sent.")
}
