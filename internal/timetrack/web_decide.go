package timetrack

import (
	"context"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/google/uuid"

	"clientportal/internal/actor"
	"clientportal/internal/api"
	"clientportal/internal/db"
	"clientportal/internal/fault"
	"clientportal/internal/web"
)

// RejectEntries turns down those of many entries that are still as they were seen, all
// for one reason, and says of each what became of it.
func (s *Service) RejectEntries(ctx context.Context, entries []Seen, reason string) (outcomes []Outcome, err error) {
	var check fault.Check
	check.That(len(entries) > 0 && len(entries) <= maxDecisions, "entries", "Choose between 1 and %d entries.", maxDecisions)
	reason = check.Text("reason", "the reason", reason, 1, maxMessage)
	if err := check.Err(); err != nil {
		return nil, err
	}
	err = s.DB.Write(ctx, func(tx *db.Tx) error {
		outcomes, err = decide(ctx, tx, entries, decision{action: "reject", to: Rejected, reason: reason})
		if err == nil && decided(outcomes) == 0 {
			err = db.ErrUnchanged
		}
		return err
	})
	return outcomes, err
}

// decided is how many entries were decided on.
func decided(outcomes []Outcome) (n int) {
	for _, o := range outcomes {
		if o.err == nil {
			n++
		}
	}
	return n
}

// chosen are the entries that a form decides on, as its reader saw them: the one
// whose button was pressed, or those that are ticked.
func chosen(values url.Values) []Seen {
	names := values["entry"]
	if only := values.Get("only"); only != "" {
		names = []string{only}
	}
	var entries []Seen
	for _, name := range names {
		text, revision, _ := strings.Cut(name, ".")
		id, err := uuid.Parse(text)
		n, numberErr := strconv.Atoi(revision)
		if err == nil && numberErr == nil {
			entries = append(entries, Seen{ID: id, ETag: api.ETag(n)})
		}
	}
	return entries
}

// back is the page from which a decision was made.
func back(values url.Values) string {
	if u, err := url.Parse(values.Get("back")); err == nil && !u.IsAbs() && u.Host == "" && (u.Path == clientRoot || strings.HasPrefix(u.Path, clientRoot+"/")) {
		return u.RequestURI()
	}
	return clientRoot
}

// noneChosen asks for a choice.
func noneChosen() error {
	return fault.New(fault.Invalid, "Tick the entries that you mean, then decide.")
}

func (c clientPages) approve(w http.ResponseWriter, r *http.Request) error {
	f, err := web.ReadForm(w, r)
	if err != nil {
		return err
	}
	who, _ := actor.From(r.Context())
	if err := mayDecide(who); err != nil {
		return err
	}
	entries := chosen(f.Values)
	if len(entries) == 0 {
		return c.undecided(w, r, f.Values, nil, noneChosen())
	}
	outcomes, err := c.ApproveEntries(r.Context(), entries)
	return c.answerDecision(w, r, f.Values, outcomes, err, "approved")
}

// answerDecision says what became of the entries. Those that were changed meanwhile
// are shown anew, to be decided on again.
func (c clientPages) answerDecision(w http.ResponseWriter, r *http.Request, values url.Values, outcomes []Outcome, err error, verb string) error {
	if fault.Mendable(err) {
		return c.undecided(w, r, values, nil, err)
	}
	if err != nil {
		return err
	}
	var hours Hours
	var changed []Entry
	var other error
	for _, o := range outcomes {
		switch {
		case o.err == nil:
			hours += o.entry.Hours
		case fault.CodeOf(o.err) == fault.Stale:
			changed = append(changed, o.entry)
		default:
			other = o.err
		}
	}
	done := decided(outcomes)
	if done > 0 {
		c.Flash.Say(w, web.Done, web.Plural(done, "entry is", "entries are")+" "+verb+", "+hours.String()+" h.")
	}
	switch {
	case len(changed) > 0:
		return c.undecided(w, r, values, changed, nil)
	case done == 0:
		return other
	}
	http.Redirect(w, r, back(values), http.StatusSeeOther)
	return nil
}

// undecided shows the list again, with what has to be looked at first.
func (c clientPages) undecided(w http.ResponseWriter, r *http.Request, values url.Values, changed []Entry, err error) error {
	v := hoursView{changed: changed}
	if u, failed := url.Parse(back(values)); failed == nil {
		v.hoursAddress = readHoursAddress(u.Query())
	}
	status := http.StatusPreconditionFailed
	if err != nil {
		v.form, _ = v.form.With(err)
		status = fault.Status(err)
	}
	return c.drawHours(w, r, status, v)
}

// rejectView is the page that asks why.
type rejectView struct {
	form    web.Form
	entries []Entry
	seen    []string
	back    string
}

func (v rejectView) hours() (sum Hours) {
	for _, e := range v.entries {
		sum += e.Hours
	}
	return sum
}

func (c clientPages) showReject(w http.ResponseWriter, r *http.Request) error {
	who, _ := actor.From(r.Context())
	if err := mayDecide(who); err != nil {
		return err
	}
	values := r.URL.Query()
	if len(chosen(values)) == 0 {
		return c.undecided(w, r, values, nil, noneChosen())
	}
	return c.drawReject(w, r, http.StatusOK, web.Form{Values: values})
}

func (c clientPages) drawReject(w http.ResponseWriter, r *http.Request, status int, f web.Form) error {
	v := rejectView{form: f, back: back(f.Values)}
	entries, err := c.entriesSeen(r.Context(), chosen(f.Values))
	if err != nil {
		return err
	}
	for _, at := range chosen(f.Values) {
		e, there := entries[at.ID]
		if !there {
			return fault.Missing("time entry")
		}
		v.entries = append(v.entries, e)
		v.seen = append(v.seen, at.ID.String()+"."+strings.Trim(at.ETag, `"`))
	}
	p := c.page(w, r, "Reject hours", web.Crumb{Label: "Hours", Href: v.back}, web.Crumb{Label: "Reject"})
	p.Width = web.Narrow
	web.Render(w, r, status, rejectPage(p, v))
	return nil
}

func (c clientPages) reject(w http.ResponseWriter, r *http.Request) error {
	f, err := web.ReadForm(w, r)
	if err != nil {
		return err
	}
	who, _ := actor.From(r.Context())
	if err := mayDecide(who); err != nil {
		return err
	}
	entries := chosen(f.Values)
	if len(entries) == 0 {
		return c.undecided(w, r, f.Values, nil, noneChosen())
	}
	outcomes, err := c.RejectEntries(r.Context(), entries, f.Value("reason"))
	if fault.CodeOf(err) == fault.Invalid {
		f, _ = f.With(err)
		return c.drawReject(w, r, fault.Status(err), f)
	}
	return c.answerDecision(w, r, f.Values, outcomes, err, "rejected")
}
