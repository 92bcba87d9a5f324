package timetrack

import (
	"context"
	"errors"
	"iter"
	"net/http"
	"slices"
	"strings"

	"github.com/google/uuid"

	"clientportal/internal/actor"
	"clientportal/internal/fault"
	"clientportal/internal/web"
)

// clientPages are hours as a customer's people see them.
type clientPages struct {
	*Service
	*web.Pages
}

// staffPages are hours and retainers as the agency's people work on them.
type staffPages struct {
	*Service
	*web.Pages
}

const (
	clientRoot    = "/hours"
	staffRoot     = "/staff/hours"
	importRoot    = "/staff/hour-imports"
	retainersRoot = "/staff/retainers"
	blocksRoot    = "/staff/overage-blocks"
)

// page is what stands around a client's page about hours.
func (c clientPages) page(w http.ResponseWriter, r *http.Request, title string, crumbs ...web.Crumb) web.Page {
	p := c.Shell(w, r).Named(title, crumbs...)
	p.Section = clientRoot
	return p
}

// page is what stands around a page of the agency's people about hours.
func (c staffPages) page(w http.ResponseWriter, r *http.Request, section, title string, crumbs ...web.Crumb) web.Page {
	p := c.Shell(w, r).Named(title, crumbs...)
	p.Section = section
	return p
}

// maxTyped is how many bytes a form of these pages carries at most, but for a file.
const maxTyped = 256 << 10

// formOf is what was typed into a form.
func formOf(r *http.Request) (web.Form, error) {
	r.Body = http.MaxBytesReader(nil, r.Body, maxTyped)
	err := r.ParseForm()
	if _, large := errors.AsType[*http.MaxBytesError](err); large {
		return web.Form{}, fault.New(fault.TooLarge, "That is more than a form can carry. Send less text.")
	}
	if err != nil {
		return web.Form{}, fault.New(fault.Malformed, "The form did not come in whole. Send it again.")
	}
	return web.Form{Values: r.PostForm}, nil
}

// mendable reports whether the sender of a form can put err right in it.
func mendable(err error) bool {
	switch fault.CodeOf(err) {
	case fault.Invalid, fault.Conflict, fault.Stale, fault.NeedsMatch, fault.TooLarge:
		return true
	}
	return false
}

// pathID is the id that the address names; one that is no id names nothing.
func pathID(r *http.Request, what string) (uuid.UUID, error) {
	id, err := uuid.Parse(r.PathValue("id"))
	if err != nil {
		return uuid.Nil, fault.Missing(what)
	}
	return id, nil
}

// can reports whether the reader may do what the check is for.
func can(ctx context.Context, check func(actor.Actor) error) bool {
	who, ok := actor.From(ctx)
	return ok && check(who) == nil
}

// said says what was done and leads to where it is seen.
func said(p *web.Pages, w http.ResponseWriter, r *http.Request, to, words string) error {
	p.Flash.Say(w, web.Done, words)
	http.Redirect(w, r, to, http.StatusSeeOther)
	return nil
}

// below is where something is that stands below another path.
func below(root string, parts ...string) string {
	return strings.Join(append([]string{root}, parts...), "/")
}

func entryPath(id uuid.UUID) string { return below(clientRoot, id.String()) }

// joined sets commas between words.
func joined(words iter.Seq[string]) string { return strings.Join(slices.Collect(words), ", ") }
