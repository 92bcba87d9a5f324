package timetrack

import (
	"net/http"

	"github.com/a-h/templ"
	"github.com/google/uuid"

	"clientportal/internal/actor"
	"clientportal/internal/db"
	"clientportal/internal/fault"
	"clientportal/internal/maybe"
	"clientportal/internal/route"
	"clientportal/internal/timetrack/timetrackdb"
	"clientportal/internal/web"
)

func (c clientPages) approveBlock(w http.ResponseWriter, r *http.Request) error {
	id, f, err := blockForm(w, r)
	if err != nil {
		return err
	}
	_, err = c.ApproveBlock(r.Context(), id, f.Value("seen"))
	if fault.Mendable(err) {
		return c.undecided(w, r, f.Values, nil, err)
	}
	if err != nil {
		return err
	}
	return said(c.Pages, w, r, clientRoot, "The block is approved.")
}

// declineView is the page that asks what the agency should know of it.
type declineView struct {
	OverageBlock
	form web.Form
}

func (v declineView) path() string { return below(clientRoot, "blocks", v.ID.String(), "decline") }

func (c clientPages) showDecline(w http.ResponseWriter, r *http.Request) error {
	who, _ := actor.From(r.Context())
	if err := mayDecide(who); err != nil {
		return err
	}
	id, err := route.PathID(r, "id", "block")
	if err != nil {
		return err
	}
	return c.drawDecline(w, r, id, http.StatusOK, web.Form{})
}

func (c clientPages) drawDecline(w http.ResponseWriter, r *http.Request, id uuid.UUID, status int, f web.Form) error {
	v := declineView{form: f}
	err := c.DB.Read(r.Context(), func(tx *db.Tx) (err error) {
		v.OverageBlock, err = readBlock(r.Context(), timetrackdb.New(tx), id)
		return err
	})
	if err == nil && v.Status != BlockAsked {
		err = fault.New(fault.Conflict, "This block is %s already.", v.Status)
	}
	if err != nil {
		return err
	}
	p := c.page(w, r, "Decline a block", web.Crumb{Label: "Hours", Href: clientRoot}, web.Crumb{Label: "Decline"})
	p.Width = web.Narrow
	web.Render(w, r, status, declinePage(p, v))
	return nil
}

func (c clientPages) declineBlock(w http.ResponseWriter, r *http.Request) error {
	id, f, err := blockForm(w, r)
	if err != nil {
		return err
	}
	_, err = c.DeclineBlock(r.Context(), id, f.Value("comment"), f.Value("seen"))
	if fault.CodeOf(err) == fault.Invalid {
		f, _ = f.With(err)
		return c.drawDecline(w, r, id, fault.Status(err), f)
	}
	if fault.Mendable(err) {
		return c.undecided(w, r, f.Values, nil, err)
	}
	if err != nil {
		return err
	}
	return said(c.Pages, w, r, clientRoot, "The block is declined. No more than the retainer is worked.")
}

func (c staffPages) askForBlock(w http.ResponseWriter, r *http.Request) error {
	id, err := route.PathID(r, "id", "retainer")
	if err != nil {
		return err
	}
	f, err := web.ReadForm(w, r)
	if err != nil {
		return err
	}
	in := BlockInput{RetainerID: id, Reason: f.Value("reason")}
	var check fault.Check
	in.Minutes = hoursIn(&check, f, "hours")
	if err = check.Err(); err == nil {
		_, err = c.AskForBlock(r.Context(), in)
	}
	return c.afterRetainer(w, r, id, f, asTyped(err), "The client is asked.")
}

func (c staffPages) withdrawBlock(w http.ResponseWriter, r *http.Request) error {
	id, f, err := blockForm(w, r)
	if err != nil {
		return err
	}
	b, err := c.WithdrawBlock(r.Context(), id, f.Value("seen"))
	if err != nil {
		return err
	}
	return said(c.Pages, w, r, retainerPath(b.RetainerID)+"#blocks", "The client is asked no more.")
}

// blockForm is what was typed about the block that the address names.
func blockForm(w http.ResponseWriter, r *http.Request) (id uuid.UUID, f web.Form, err error) {
	if id, err = route.PathID(r, "id", "block"); err == nil {
		f, err = web.ReadForm(w, r)
	}
	return id, f, err
}

// blockHours is the block that the terms name.
func (v retainerView) blockHours() string {
	if v.ConsentBlockMinutes == nil {
		return "10"
	}
	return shortHours(Hours(*v.ConsentBlockMinutes))
}

// asks reports whether this block can be taken back.
func (v retainerView) asks(b OverageBlock) bool { return v.logs && b.Status == BlockAsked }

func withdrawal(b OverageBlock) web.Action {
	return web.Action{
		Label: "Withdraw", Post: below(blocksRoot, b.ID.String(), "withdraw"), Fields: []web.Hidden{{Name: "seen", Value: b.ETag}},
		Attrs: templ.Attributes{"aria-label": "Withdraw the block of " + b.Hours.String() + " h"},
	}
}

func (b OverageBlock) state() web.State {
	switch b.Status {
	case BlockApproved:
		return web.State{Tone: web.Done, Words: "Approved by " + maybe.Value(b.DecidedByName)}
	case BlockDeclined:
		return web.State{Tone: web.Late, Words: "Declined by " + maybe.Value(b.DecidedByName)}
	case BlockWithdrawn:
		return web.State{Tone: web.Closed, Words: "Withdrawn"}
	}
	return web.State{Tone: web.Waiting, Words: "Waiting for client"}
}
