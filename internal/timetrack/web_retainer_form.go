package timetrack

import (
	"net/http"
	"net/url"
	"strconv"

	"github.com/google/uuid"

	"clientportal/internal/actor"
	"clientportal/internal/exact"
	"clientportal/internal/fault"
	"clientportal/internal/route"
	"clientportal/internal/web"
)

// retainerForm is the form of a retainer, or of changed terms.
type retainerForm struct {
	web.Form
	choices
	retainer *Retainer // that is changed; nil for a new one
}

func (f retainerForm) title() string {
	if f.retainer == nil {
		return "New retainer"
	}
	return "Change " + f.retainer.Name
}

func (f retainerForm) action() string {
	if f.retainer == nil {
		return retainersRoot
	}
	return retainerPath(f.retainer.ID) + "/edit"
}

func (f retainerForm) cancel() string {
	if f.retainer == nil {
		return retainersRoot
	}
	return retainerPath(f.retainer.ID)
}

func (c staffPages) showNewRetainer(w http.ResponseWriter, r *http.Request) error {
	if err := agreeing(r); err != nil {
		return err
	}
	values := url.Values{
		"customer_id": {r.URL.Query().Get("customer_id")}, "period": {Month}, "deficit": {Bill}, "closes_after": {strconv.Itoa(closesAfterDays)}, "rollover_cap": {"0"},
	}
	return c.drawRetainerForm(w, r, http.StatusOK, retainerForm{Form: web.Form{Values: values}})
}

// agreeing refuses those who may not agree retainers before they see a form for it.
func agreeing(r *http.Request) error {
	who, _ := actor.From(r.Context())
	return mayAgree(who)
}

func (c staffPages) drawRetainerForm(w http.ResponseWriter, r *http.Request, status int, f retainerForm) (err error) {
	if f.choices, err = c.choices(r.Context()); err != nil {
		return err
	}
	crumbs := []web.Crumb{{Label: "Retainers", Href: retainersRoot}}
	if f.retainer != nil {
		crumbs = append(crumbs, web.Crumb{Label: f.retainer.Name, Href: retainerPath(f.retainer.ID)})
	}
	p := c.page(w, r, retainersRoot, f.title(), append(crumbs, web.Crumb{Label: "Terms"})...)
	p.Width = web.Narrow
	web.Render(w, r, status, retainerFormPage(p, f))
	return nil
}

// typedTerms is what a form says of a retainer.
type typedTerms struct {
	minutes, rolloverCap, expires, autoApprove, block, closes *int
	rate                                                      *Amount
	starts, ends, from                                        *Day
}

func readTerms(f web.Form) (t typedTerms, err error) {
	var check fault.Check
	t.minutes, t.rolloverCap, t.block = hoursIn(&check, f, "hours"), capIn(&check, f), hoursIn(&check, f, "consent_block")
	check.That(f.Value("hours") != "", "hours", "Write the hours of a period.")
	t.expires, t.autoApprove, t.closes = numberIn(&check, f, "rollover_expires"), numberIn(&check, f, "auto_approve"), numberIn(&check, f, "closes_after")
	t.rate = amountIn(&check, f, "overage_rate")
	for name, to := range map[string]**Day{"starts_on": &t.starts, "ends_on": &t.ends, "effective_from": &t.from} {
		if text := f.Value(name); text != "" {
			day, wrong := parseDay(text, orderUnknown)
			check.That(wrong == "", name, "%s", wrong)
			*to = &Day{Time: day}
		}
	}
	return t, check.Err()
}

// capIn is the cap of what rolls over, of which 0 is one too.
func capIn(check *fault.Check, f web.Form) *int {
	if f.Value("rollover_cap") == "0" {
		none := 0
		return &none
	}
	return hoursIn(check, f, "rollover_cap")
}

func (c staffPages) createRetainer(w http.ResponseWriter, r *http.Request) error {
	f, err := web.ReadForm(w, r)
	if err != nil {
		return err
	}
	if err := agreeing(r); err != nil {
		return err
	}
	t, err := readTerms(f)
	customer, bad := uuid.Parse(f.Value("customer_id"))
	if bad != nil {
		err = merged(fault.InvalidField("customer_id", "Choose a customer."), err)
	}
	if t.starts == nil && err == nil {
		err = fault.InvalidField("starts_on", "Choose the first day of its first period.")
	}
	var made Retainer
	if err == nil {
		in := RetainerInput{
			CustomerID: customer, Name: f.Value("name"), MinutesPerPeriod: *t.minutes, Period: f.Value("period"), StartsOn: *t.starts, EndsOn: t.ends,
			RolloverCapMinutes: t.rolloverCap, RolloverExpiresAfterPeriods: t.expires, Deficit: f.Value("deficit"), OverageRate: t.rate,
			PendingConsumes: *ticked(f, "pending_consumes"), RejectedConsumes: *ticked(f, "rejected_consumes"), AutoApproveAfterDays: t.autoApprove,
			ConsentBlockMinutes: t.block, ClosesAfterDays: t.closes,
		}
		if quote, err := uuid.Parse(f.Value("quote_id")); err == nil {
			in.QuoteID = &quote
		}
		made, err = c.CreateRetainer(r.Context(), in)
	}
	if fault.Mendable(err) {
		f, _ = f.With(asFormNames(err))
		return c.drawRetainerForm(w, r, fault.Status(err), retainerForm{Form: f})
	}
	if err != nil {
		return err
	}
	return said(c.Pages, w, r, retainerPath(made.ID), "The retainer is made.")
}

// asFormNames gives the faults the names of the fields in which they were typed.
func asFormNames(err error) error {
	names := map[string]string{
		"minutes_per_period": "hours", "rollover_cap_minutes": "rollover_cap", "rollover_expires_after_periods": "rollover_expires",
		"auto_approve_after_days": "auto_approve", "consent_block_minutes": "consent_block", "closes_after_days": "closes_after",
	}
	if f, ok := err.(*fault.Error); ok { //nolint:errorlint // a fault comes as it is
		for i := range f.Fields {
			f.Fields[i].Name = firstOf(names[f.Fields[i].Name], f.Fields[i].Name)
		}
	}
	return err
}

func (c staffPages) showEditRetainer(w http.ResponseWriter, r *http.Request) error {
	retainer, err := c.agreeable(r)
	if err != nil {
		return err
	}
	return c.drawRetainerForm(w, r, http.StatusOK, retainerForm{Form: web.Form{Values: termsOf(retainer)}, retainer: &retainer})
}

// agreeable is the retainer that the address names, for somebody who may change it.
func (c staffPages) agreeable(r *http.Request) (Retainer, error) {
	if err := agreeing(r); err != nil {
		return Retainer{}, err
	}
	id, err := route.PathID(r, "id", "retainer")
	if err != nil {
		return Retainer{}, err
	}
	return c.Retainer(r.Context(), id)
}

func termsOf(r Retainer) url.Values {
	v := url.Values{
		"name": {r.Name}, "hours": {shortHours(Hours(r.MinutesPerPeriod))}, "period": {r.Period}, "deficit": {r.Deficit},
		"closes_after": {strconv.Itoa(r.ClosesAfterDays)}, "seen": {r.Tag()},
	}
	for name, minutes := range map[string]*int{"rollover_cap": r.RolloverCapMinutes, "consent_block": r.ConsentBlockMinutes} {
		if minutes != nil {
			v.Set(name, shortHours(Hours(*minutes)))
		}
	}
	for name, n := range map[string]*int{"rollover_expires": r.RolloverExpiresAfterPeriods, "auto_approve": r.AutoApproveAfterDays} {
		if n != nil {
			v.Set(name, strconv.Itoa(*n))
		}
	}
	if r.EndsOn != nil {
		v.Set("ends_on", r.EndsOn.String())
	}
	if r.OverageRate != nil {
		v.Set("overage_rate", r.OverageRate.String())
	}
	for name, on := range map[string]bool{"pending_consumes": r.PendingConsumes, "rejected_consumes": r.RejectedConsumes} {
		if on {
			v.Set(name, "on")
		}
	}
	return v
}

func (c staffPages) editRetainer(w http.ResponseWriter, r *http.Request) error {
	retainer, err := c.agreeable(r)
	if err != nil {
		return err
	}
	f, err := web.ReadForm(w, r)
	if err != nil {
		return err
	}
	t, err := readTerms(f)
	if err == nil {
		_, err = c.UpdateRetainer(r.Context(), retainer.ID, changedTerms(retainer, f, t), f.Value("seen"))
	}
	if fault.Mendable(err) {
		if fault.CodeOf(err) == fault.Stale {
			f.Values.Set("seen", retainer.Tag())
		}
		f, _ = f.With(asFormNames(err))
		return c.drawRetainerForm(w, r, fault.Status(err), retainerForm{Form: f, retainer: &retainer})
	}
	if err != nil {
		return err
	}
	return said(c.Pages, w, r, retainerPath(retainer.ID), "The retainer is changed.")
}

// changedTerms is what a form makes of a retainer: only what differs is a change.
func changedTerms(r Retainer, f web.Form, t typedTerms) RetainerChange {
	change := RetainerChange{EffectiveFrom: t.from}
	if name := f.Value("name"); name != r.Name {
		change.Name = &name
	}
	if was := r.EndsOn; f.Values.Has("ends_on") && ((t.ends == nil) != (was == nil) || was != nil && !t.ends.Equal(was.Time)) {
		change.EndsOn = exact.SayDay(t.ends)
	}
	change.MinutesPerPeriod = differs(t.minutes, &r.MinutesPerPeriod)
	change.RolloverCapMinutes = differs(t.rolloverCap, r.RolloverCapMinutes)
	change.RolloverExpiresAfterPeriods = differs(t.expires, r.RolloverExpiresAfterPeriods)
	change.AutoApproveAfterDays = differs(t.autoApprove, r.AutoApproveAfterDays)
	change.ConsentBlockMinutes = differs(t.block, r.ConsentBlockMinutes)
	change.ClosesAfterDays = differs(t.closes, &r.ClosesAfterDays)
	if period := f.Value("period"); period != r.Period {
		change.Period = &period
	}
	if deficit := f.Value("deficit"); deficit != r.Deficit {
		change.Deficit = &deficit
	}
	if was := r.OverageRate; (t.rate == nil) != (was == nil) || was != nil && !t.rate.Equal(was.Decimal) {
		change.OverageRate = &AmountOrNone{Amount: t.rate}
	}
	if on := *ticked(f, "pending_consumes"); on != r.PendingConsumes {
		change.PendingConsumes = &on
	}
	if on := *ticked(f, "rejected_consumes"); on != r.RejectedConsumes {
		change.RejectedConsumes = &on
	}
	return change
}

// differs is the new number if it is another one; below zero where there is none any
// more.
func differs(to, from *int) *int {
	switch {
	case to == nil && from == nil, to != nil && from != nil && *to == *from:
		return nil
	case to == nil:
		none := -1
		return &none
	}
	return to
}
