package trail

import (
	"cmp"
	"context"
	"net/http"
	"net/url"
	"time"

	"github.com/google/uuid"

	"clientportal/internal/audit"
	"clientportal/internal/db"
	"clientportal/internal/fault"
	"clientportal/internal/maybe"
	"clientportal/internal/route"
	"clientportal/internal/trail/traildb"
	"clientportal/internal/web"
)

// pageSize is how many entries a page has.
const pageSize = 25

// pages are the trail's screen, as one of the two sides sees it.
type pages struct {
	*Service
	*web.Pages
	staff bool
	path  string
	title string
}

// Pages registers what a customer's people see of their company's trail.
func (s *Service) Pages(p *web.Pages) {
	pages{s, p, false, "/activity", "Activity"}.register(route.Client("", clientReaders...))
}

// StaffPages registers what the agency's people see of the trail.
func (s *Service) StaffPages(p *web.Pages) {
	pages{s, p, true, "/staff/audit", "Audit trail"}.register(route.Staff("", staffReaders...))
}

func (p pages) register(access route.Access) {
	p.Handle("GET "+p.path, access, p.show)
	p.Handle("GET "+p.path+"/export", access, p.export)
}

// screen is a page of the trail with what its filters offer.
type screen struct {
	pages
	StaffParams
	form      web.Form // what is wrong with the filters
	entries   []Entry
	older     string // the address of the next page
	first     bool   // this is the newest page
	seal      seal   // for staff
	people    []traildb.PeopleRow
	customers []traildb.CustomersRow // for staff
}

func (p pages) show(w http.ResponseWriter, r *http.Request) error {
	page := p.Shell(w, r).Named(p.title)
	page.Section = p.path
	query := r.URL.Query()
	v := screen{pages: p, StaffParams: p.params(query), first: query.Get("cursor") == ""}
	status := http.StatusOK
	f, err := v.filter("", zone(page.Clock))
	if err == nil {
		err = p.read(r.Context(), &v, f, query.Get("cursor"))
	} else {
		v.form, _ = web.Form{}.With(err)
		status, err = fault.Status(err), nil
	}
	if err == nil {
		err = p.offer(r.Context(), &v, f.CustomerID)
	}
	if err != nil {
		return err
	}
	web.Render(w, r, status, trailPage(page, v))
	return nil
}

func (p pages) read(ctx context.Context, v *screen, f audit.Filter, cursor string) error {
	page, err := p.Events(ctx, f, cursor, pageSize)
	v.entries = page.Items
	if page.NextCursor != nil {
		q := v.values()
		q.Set("cursor", *page.NextCursor)
		v.older = p.path + "?" + q.Encode()
	}
	return err
}

// offer reads what the reader may choose from, and for staff how far the trail is
// sealed.
func (p pages) offer(ctx context.Context, v *screen, customer uuid.UUID) (err error) {
	if p.staff {
		if v.seal, err = p.seal(ctx); err != nil {
			return err
		}
	}
	return p.db.Read(ctx, func(tx *db.Tx) error {
		q := traildb.New(tx)
		if p.staff {
			if v.customers, err = q.Customers(ctx); err != nil {
				return err
			}
		}
		v.people, err = q.People(ctx, maybe.Of(cmp.Or(customer, tx.Actor().CustomerID())))
		return err
	})
}

// export answers with the whole of what the page lists.
func (p pages) export(w http.ResponseWriter, r *http.Request) error {
	f, err := p.params(r.URL.Query()).filter("", zone(p.Shell(w, r).Clock))
	if err != nil {
		return err
	}
	return p.download(w, r, f)
}

// params are the filters of the address; a client's name no customer.
func (p pages) params(q url.Values) StaffParams {
	params := paramsOf(q)
	if !p.staff {
		params.CustomerID = ""
	}
	return params
}

func zone(c web.Clock) *time.Location { return cmp.Or(c.Zone, time.UTC) }
