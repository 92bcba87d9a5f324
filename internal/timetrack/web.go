package timetrack

import (
	"context"
	"iter"
	"net/http"
	"slices"
	"strings"

	"github.com/google/uuid"

	"clientportal/internal/actor"
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
