package timetrack

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"time"

	"github.com/google/uuid"

	"clientportal/internal/fault"
	"clientportal/internal/route"
	"clientportal/internal/web"
)

func retainerPath(id uuid.UUID) string { return below(retainersRoot, id.String()) }

// retainerView is the page of one retainer.
type retainerView struct {
	Retainer
	panel     *panelView
	periods   []Period
	statement *Statement // of the period that is shown
	blocks    []OverageBlock
	agrees    bool
	logs      bool
	running   bool
	form      web.Form
}

func (c staffPages) showRetainer(w http.ResponseWriter, r *http.Request) error {
	return c.drawRetainer(w, r, http.StatusOK, web.Form{})
}

func (c staffPages) drawRetainer(w http.ResponseWriter, r *http.Request, status int, f web.Form) error {
	ctx := r.Context()
	id, err := route.PathID(r, "id", "retainer")
	if err != nil {
		return err
	}
	v := retainerView{agrees: can(ctx, mayAgree), logs: can(ctx, mayLog), form: f}
	if v.Retainer, err = c.Retainer(ctx, id); err != nil {
		return err
	}
	if err := c.fillRetainer(ctx, &v, readHoursAddress(r.URL.Query()).on); err != nil {
		return err
	}
	p := c.page(w, r, retainersRoot, v.Name, web.Crumb{Label: "Retainers", Href: retainersRoot}, web.Crumb{Label: v.Customer.Name}).Following("hours:")
	web.Render(w, r, status, retainerPage(p, v))
	return nil
}

// fillRetainer reads how the retainer stands, its periods, and the ledger of the one
// that has the day.
func (c staffPages) fillRetainer(ctx context.Context, v *retainerView, on Day) (err error) {
	summaries, err := c.RetainerSummary(ctx, SummaryQuery{CustomerID: &v.CustomerID})
	if err != nil {
		return err
	}
	if i := slices.IndexFunc(summaries, func(s Summary) bool { return s.RetainerID == v.ID }); i >= 0 {
		v.running, v.panel = true, panelOf(summaries[i], summaries[i].AsOf)
	}
	if v.periods, err = c.Periods(ctx, v.ID); err != nil {
		return err
	}
	slices.SortFunc(v.periods, func(a, b Period) int { return b.Number - a.Number })
	if on.IsZero() && len(v.periods) > 0 {
		on = v.periods[0].PeriodStart
	}
	if slices.ContainsFunc(v.periods, func(p Period) bool { return !on.Before(p.PeriodStart.Time) && on.Before(p.PeriodEnd.Time) }) {
		statement, err := c.Statement(ctx, StatementQuery{RetainerID: &v.ID, On: on})
		if err != nil {
			return err
		}
		v.statement = &statement
	}
	blocks, err := c.Blocks(ctx, &v.CustomerID, "")
	v.blocks = slices.DeleteFunc(blocks, func(b OverageBlock) bool { return b.RetainerID != v.ID })
	return err
}

func (v retainerView) actions() []web.Action {
	if !v.agrees {
		return nil
	}
	return []web.Action{{Label: "Change terms", Icon: web.IconEdit, Href: retainerPath(v.ID) + "/edit"}}
}

// shownPeriods are the last ones.
func (v retainerView) shownPeriods() []Period { return v.periods[:min(len(v.periods), 24)] }

// mayClose reports whether this is the period that is to be closed next.
func (v retainerView) mayClose(c web.Clock, p Period) bool {
	if !v.agrees || p.ClosedAt != nil || p.PeriodEnd.After(c.Today()) {
		return false
	}
	return !slices.ContainsFunc(v.periods, func(o Period) bool { return o.ClosedAt == nil && o.Number < p.Number })
}

func (v retainerView) statementsOf(p Period) []web.Link {
	return statementLinks(retainerPath(v.ID)+"/statement", url.Values{"on": {p.PeriodStart.String()}})
}

// state is a period in words.
func (p Period) state(c web.Clock) web.State {
	switch {
	case p.ClosedAt != nil:
		return web.State{Tone: web.Closed, Words: "Closed " + c.Day(*p.ClosedAt)}
	case p.PeriodEnd.After(c.Today()):
		return web.State{Tone: web.Active, Words: "Runs"}
	}
	return web.State{Tone: web.Waiting, Words: "Ended, not closed"}
}

// state is a block in words.
// periodWords name a period: "November 2026", or its days.
func periodWords(c web.Clock, from, until Day) string {
	if from.Day() == 1 && from.AddDate(0, 1, 0).Equal(until.Time) {
		return from.Format("January 2006")
	}
	return c.Span(from.Time, until.AddDate(0, 0, -1))
}

// ledgerHref leads from a row of a ledger to the work that it is for.
func ledgerHref(l LedgerLine) string {
	if l.EntryID == nil {
		return ""
	}
	return staffPath(*l.EntryID)
}

// facts are the terms in words.
func (t Terms) facts(currency string) []web.Fact {
	facts := []web.Fact{{Term: "Hours", Text: shortHours(Hours(t.MinutesPerPeriod)) + " a " + t.Period}}
	add := func(term, text string) { facts = append(facts, web.Fact{Term: term, Text: text}) }
	switch {
	case t.RolloverCapMinutes == nil && t.RolloverExpiresAfterPeriods == nil:
		add("Rollover", "None")
	case t.RolloverCapMinutes != nil && t.RolloverExpiresAfterPeriods != nil:
		add("Rollover", fmt.Sprintf("Up to %s h, for %s", shortHours(Hours(*t.RolloverCapMinutes)), web.Plural(*t.RolloverExpiresAfterPeriods, t.Period)))
	case t.RolloverCapMinutes != nil:
		add("Rollover", "Up to "+shortHours(Hours(*t.RolloverCapMinutes))+" h")
	default:
		add("Rollover", "For "+web.Plural(*t.RolloverExpiresAfterPeriods, t.Period))
	}
	beyond := map[string]string{Carry: "Carried over", Bill: "Billed"}[t.Deficit]
	if t.OverageRate != nil {
		beyond += ", at " + web.Money(t.OverageRate.Decimal, currency) + " an hour"
	}
	if t.ConsentBlockMinutes != nil {
		beyond += ", in approved blocks of " + shortHours(Hours(*t.ConsentBlockMinutes)) + " h"
	}
	add("Beyond", beyond)
	if t.PendingConsumes {
		add("Pending", "Counts as used")
	}
	if t.RejectedConsumes {
		add("Rejected", "Counts as used")
	}
	if t.AutoApproveAfterDays != nil {
		add("Approval", "By itself after "+web.Plural(*t.AutoApproveAfterDays, "day"))
	}
	add("Closes", web.Plural(t.ClosesAfterDays, "day")+" after a period's end")
	if t.AgreedBy != "" {
		add("Agreed by", t.AgreedBy)
	}
	return facts
}

func (c staffPages) closePeriod(w http.ResponseWriter, r *http.Request) error {
	if err := agreeing(r); err != nil {
		return err
	}
	id, err := route.PathID(r, "id", "retainer")
	if err != nil {
		return err
	}
	f, err := web.ReadForm(w, r)
	if err != nil {
		return err
	}
	starts, bad := time.Parse(time.DateOnly, f.Value("period_start"))
	if bad != nil {
		err = fault.Missing("period")
	} else {
		_, err = c.ClosePeriod(r.Context(), id, Day{Time: starts})
	}
	return c.afterRetainer(w, r, id, f, err, "The period is closed. Late hours are put right in the one that runs.")
}

// afterRetainer shows the retainer again, with what is wrong.
func (c staffPages) afterRetainer(w http.ResponseWriter, r *http.Request, id uuid.UUID, f web.Form, err error, words string) error {
	if fault.Mendable(err) {
		f, _ = f.With(err)
		return c.drawRetainer(w, r, fault.Status(err), f)
	}
	if err != nil {
		return err
	}
	return said(c.Pages, w, r, retainerPath(id), words)
}

// hoursIn are hours that somebody typed, as minutes; nil for none.
func hoursIn(check *fault.Check, f web.Form, name string) *int {
	text := f.Value(name)
	if text == "" {
		return nil
	}
	minutes, wrong := parseHours(text)
	if wrong != "" {
		check.Add(name, "%s", wrong)
		return nil
	}
	return &minutes
}

// numberIn is a whole number that somebody typed, nil for none.
func numberIn(check *fault.Check, f web.Form, name string) *int {
	text := f.Value(name)
	if text == "" {
		return nil
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 0 {
		check.Add(name, "Write a whole number.")
		return nil
	}
	return &n
}
