package timetrack

import (
	"fmt"
	"net/http"
	"net/url"

	"github.com/google/uuid"

	"clientportal/internal/actor"
	"clientportal/internal/fault"
	"clientportal/internal/maybe"
	"clientportal/internal/route"
	"clientportal/internal/web"
)

// changeable is the entry that the address names, if the reader may change it.
func (c staffPages) changeable(r *http.Request) (Entry, error) {
	id, err := route.PathID(r, "id", "time entry")
	if err != nil {
		return Entry{}, err
	}
	d, err := c.Entry(r.Context(), id)
	if err != nil {
		return Entry{}, err
	}
	who, _ := actor.From(r.Context())
	return d.Entry, mayLogOf(who, d.EmployeeID)
}

func (c staffPages) showEdit(w http.ResponseWriter, r *http.Request) error {
	e, err := c.changeable(r)
	if err != nil {
		return err
	}
	return c.drawEntryForm(w, r, http.StatusOK, entryForm{Form: web.Form{Values: valuesOf(e)}, entry: &e})
}

func valuesOf(e Entry) url.Values {
	v := url.Values{
		"customer_id": {e.CustomerID.String()}, "ticket": {maybe.Value(e.TicketNumber)}, "task_description": {e.TaskDescription},
		"hours": {exactHours(e.Minutes)}, "date_worked": {e.DateWorked.String()}, "category": {maybe.Value(e.Category)}, "seen": {e.ETag},
	}
	for name, id := range map[string]*uuid.UUID{"quote_id": e.QuoteID, "employee_id": e.EmployeeID} {
		if id != nil {
			v.Set(name, id.String())
		}
	}
	for name, on := range map[string]bool{"billable": e.Billable, "is_retainer": e.IsRetainer, "internal": e.Internal} {
		if on {
			v.Set(name, "on")
		}
	}
	if e.HourlyRate != nil {
		v.Set("hourly_rate", e.HourlyRate.String())
	}
	return v
}

// exactHours are minutes as somebody types them, none lost: "1:20".
func exactHours(minutes int) string {
	return fmt.Sprintf("%d:%02d", minutes/60, minutes%60)
}

func (c staffPages) edit(w http.ResponseWriter, r *http.Request) error {
	e, err := c.changeable(r)
	if err != nil {
		return err
	}
	f, err := web.ReadForm(w, r)
	if err != nil {
		return err
	}
	f.Values.Set("customer_id", e.CustomerID.String())
	t, err := c.read(r.Context(), f)
	if err == nil {
		_, err = c.UpdateEntry(r.Context(), e.ID, changeOf(f, t), f.Value("seen"))
	}
	if fault.Mendable(err) {
		stale := fault.CodeOf(err) == fault.Stale
		if stale {
			f.Values.Set("seen", e.ETag) // the next try is about what is shown now
		}
		f, _ = f.With(asTyped(err))
		return c.drawEntryForm(w, r, fault.Status(err), entryForm{Form: f, entry: &e, stale: stale})
	}
	if err != nil {
		return err
	}
	return said(c.Pages, w, r, staffPath(e.ID), "The entry is changed. It waits for approval again.")
}

// changeOf is what a form makes of an entry.
func changeOf(f web.Form, t typedEntry) EntryChange {
	text := func(name string) *string { s := f.Value(name); return &s }
	id := func(id *uuid.UUID) *string {
		s := ""
		if id != nil {
			s = id.String()
		}
		return &s
	}
	return EntryChange{
		QuoteID: id(t.quote), TicketID: id(t.ticket), EmployeeID: t.worker, TaskDescription: text("task_description"), Minutes: &t.minutes,
		DateWorked: &t.day, Billable: ticked(f, "billable"), HourlyRate: &AmountOrNone{Amount: t.rate}, Category: text("category"),
		IsRetainer: ticked(f, "is_retainer"), Internal: ticked(f, "internal"),
	}
}

func (c staffPages) confirmDelete(w http.ResponseWriter, r *http.Request) error {
	e, err := c.changeable(r)
	if err != nil {
		return err
	}
	p := c.page(w, r, staffRoot, "Withdraw hours", web.Crumb{Label: "Hours", Href: staffRoot}, web.Crumb{Label: "Withdraw"})
	p.Width = web.Narrow
	web.Render(w, r, http.StatusOK, deleteEntryPage(p, e))
	return nil
}

func (c staffPages) delete(w http.ResponseWriter, r *http.Request) error {
	id, err := route.PathID(r, "id", "time entry")
	if err != nil {
		return err
	}
	f, err := web.ReadForm(w, r)
	if err == nil {
		err = c.DeleteEntry(r.Context(), id, f.Value("seen"))
	}
	if err != nil {
		return err
	}
	return said(c.Pages, w, r, staffRoot, "The entry is withdrawn. Its history stays in the audit trail.")
}
