package ticket

import (
	"context"
	"net/http"

	"github.com/google/uuid"

	"clientportal/internal/actor"
	"clientportal/internal/upload"
	"clientportal/internal/web"
)

// change sets what the form names of a ticket: status, assignee, priority, category.
func (d deskPages) change(w http.ResponseWriter, r *http.Request) error {
	return d.save(w, r, func(s upload.Form) DeskEdit {
		return DeskEdit{
			Status: chosen[Status](s, "status"), Priority: chosen[Priority](s, "priority"),
			AssignedTo: chosen[string](s, "assigned_to"), Category: chosen[string](s, "category"),
		}
	}, func(v *deskView, f web.Form) { v.settings = f })
}

// note saves the internal notes.
func (d deskPages) note(w http.ResponseWriter, r *http.Request) error {
	return d.save(w, r, func(s upload.Form) DeskEdit {
		return DeskEdit{InternalNotes: chosen[string](s, "internal_notes")}
	}, func(v *deskView, f web.Form) { v.notes = f })
}

// save makes the edit that a form of the ticket's page asks for; put puts the form
// back into the page when it did not go through.
func (d deskPages) save(w http.ResponseWriter, r *http.Request, edit func(upload.Form) DeskEdit, put func(*deskView, web.Form)) error {
	id, err := d.answerable(r)
	if err != nil {
		return err
	}
	s, err := d.store().Read(r)
	defer s.Files.Discard(r.Context())
	if err != nil {
		return err
	}
	if _, err := d.Update(r.Context(), id, edit(s), s.Value(versionField)); err != nil {
		return d.again(w, r, s, put, err)
	}
	d.backTo(w, r, id)
	return nil
}

// chosen is the value of a field, or nil when the form has no such field.
func chosen[T ~string](s upload.Form, name string) *T {
	if !s.Values.Has(name) {
		return nil
	}
	value := T(s.Value(name))
	return &value
}

// take puts the employee on the ticket, which is then in progress.
func (d deskPages) take(w http.ResponseWriter, r *http.Request) error {
	v, err := d.asItIs(r)
	if err != nil {
		return err
	}
	who, _ := actor.From(r.Context())
	me := who.ID.String()
	edit := DeskEdit{AssignedTo: &me}
	if v.Status == Open {
		begun := InProgress
		edit.Status = &begun
	}
	if _, err := d.Update(r.Context(), v.ID, edit, ""); err != nil {
		return err
	}
	d.backTo(w, r, v.ID)
	return nil
}

// comment sends an answer, or keeps a note.
func (d deskPages) comment(w http.ResponseWriter, r *http.Request) error {
	id, err := d.answerable(r)
	if err != nil {
		return err
	}
	s, err := d.store().Read(r)
	defer s.Files.Discard(r.Context())
	if err != nil {
		return err
	}
	put := func(v *deskView, f web.Form) { v.reply = f }
	if s.Value("preview") != "" {
		v, err := d.asItIs(r)
		if err != nil {
			return err
		}
		v.reply, v.preview = s.Again(nil), prose(s.Value("body"))
		return d.drawTicket(w, r, http.StatusOK, v)
	}
	location, err := d.once(r.Context(), s, func(ctx context.Context) (string, error) {
		n := NewDeskComment{Body: s.Value("body"), Files: s.Files, Internal: s.Value("kind") == "note"}
		if !n.Internal && s.Value("status") != "" {
			n.Status = chosen[Status](s, "status")
		}
		comment, err := d.AddComment(ctx, id, n)
		return readQueueAddress(r.URL.Query()).ticket(id, "") + "#" + anchorOf(comment.ID), err
	})
	if err != nil {
		return d.again(w, r, s, put, err)
	}
	http.Redirect(w, r, location, http.StatusSeeOther)
	return nil
}

// backTo leads to the ticket's page, in the queue that the address names.
func (d deskPages) backTo(w http.ResponseWriter, r *http.Request, id uuid.UUID) {
	http.Redirect(w, r, readQueueAddress(r.URL.Query()).ticket(id, ""), http.StatusSeeOther)
}
