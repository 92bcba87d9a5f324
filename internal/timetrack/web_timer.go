package timetrack

import (
	"net/http"
	"strings"

	"github.com/google/uuid"

	"clientportal/internal/fault"
	"clientportal/internal/web"
)

func (c staffPages) startTimer(w http.ResponseWriter, r *http.Request) error {
	f, err := web.ReadForm(w, r)
	if err != nil {
		return err
	}
	customer, bad := uuid.Parse(f.Value("customer_id"))
	err = fault.InvalidField("customer_id", "Choose a customer.")
	if bad == nil {
		in := TimerInput{CustomerID: customer, TaskDescription: f.Value("task_description"), IsRetainer: true}
		var ticket *uuid.UUID
		if ticket, err = c.ticketNumbered(r.Context(), customer, strings.TrimSpace(f.Value("ticket"))); err == nil {
			in.TicketID = ticket
			_, err = c.StartTimer(r.Context(), in)
		}
	}
	return c.afterTimer(w, r, f, err, "The timer runs, also when you close the browser.")
}

func (c staffPages) stopTimer(w http.ResponseWriter, r *http.Request) error {
	f, err := web.ReadForm(w, r)
	if err != nil {
		return err
	}
	stop := TimerStop{}
	if _, given := f.Values["task_description"]; given {
		text := f.Value("task_description")
		stop.TaskDescription = &text
	}
	if text := strings.TrimSpace(f.Value("hours")); text != "" {
		minutes, wrong := parseDuration(text)
		if wrong != "" {
			return c.afterTimer(w, r, f, fault.InvalidField("hours", "%s", wrong), "")
		}
		stop.Minutes = &minutes
	}
	entries, err := c.StopTimer(r.Context(), stop)
	var sum Hours
	for _, e := range entries {
		sum += e.Hours
	}
	return c.afterTimer(w, r, f, asTyped(err), sum.String()+" h are logged.")
}

func (c staffPages) discardTimer(w http.ResponseWriter, r *http.Request) error {
	return c.afterTimer(w, r, web.Form{}, c.DiscardTimer(r.Context()), "The timer is discarded. Nothing was logged.")
}

// afterTimer shows the list, with what is wrong with the timer's form.
func (c staffPages) afterTimer(w http.ResponseWriter, r *http.Request, f web.Form, err error, words string) error {
	if fault.Mendable(err) {
		f.ID = "timer"
		f, _ = f.With(err)
		return c.drawList(w, r, fault.Status(err), f)
	}
	if err != nil {
		return err
	}
	return said(c.Pages, w, r, staffRoot, words)
}

// place is what the timer runs for.
func (t Timer) place() string {
	if t.TicketNumber != nil {
		return t.Customer.Name + ", " + *t.TicketNumber
	}
	return t.Customer.Name
}
