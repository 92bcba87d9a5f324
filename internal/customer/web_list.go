package customer

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"github.com/google/uuid"

	"clientportal/internal/fault"
	"clientportal/internal/web"
)

// listSize is how many customers or stakeholders a page of a list has.
const listSize = 25

// kind is a kind of business as the list offers it.
type kind struct {
	name, label string
	filter      Filter
}

var kinds = []kind{
	{"b2b-leads", "B2B, lead generation", Filter{ClientType: "b2b", BusinessModel: "lead_gen"}},
	{"b2b-sales", "B2B, online sales", Filter{ClientType: "b2b", BusinessModel: "online_sales"}},
	{"b2c-leads", "B2C, lead generation", Filter{ClientType: "b2c", BusinessModel: "lead_gen"}},
	{"b2c-sales", "B2C, online sales", Filter{ClientType: "b2c", BusinessModel: "online_sales"}},
	{"brochure", "Brochure website", Filter{WebsiteType: "brochure"}},
	{"transactional", "Transactional website", Filter{WebsiteType: "transactional"}},
}

// listAddress is what the address of the list says. A filter that makes no sense is
// none.
type listAddress struct {
	view   string // "" for those that are active
	query  string
	kind   kind
	cursor string
}

func readListAddress(q url.Values) listAddress {
	a := listAddress{query: plainWords(q.Get("q")), cursor: q.Get("cursor")}
	if v := q.Get("view"); v == "closed" || v == "all" {
		a.view = v
	}
	for _, k := range kinds {
		if k.name == q.Get("kind") {
			a.kind = k
		}
	}
	return a
}

// plainWords are the first characters of a text that can be looked for.
func plainWords(s string) string {
	s = strings.TrimSpace(strings.ReplaceAll(strings.ToValidUTF8(s, ""), "\x00", ""))
	if letters := []rune(s); len(letters) > maxQuery {
		return string(letters[:maxQuery])
	}
	return s
}

func (a listAddress) filter() Filter {
	f := a.kind.filter
	f.Q, f.Cursor, f.Limit = a.query, a.cursor, listSize
	if a.view != "all" {
		active := a.view == ""
		f.IsActive = &active
	}
	return f
}

func (a listAddress) filtered() bool { return a.query != "" || a.kind.name != "" }

func (a listAddress) href() string {
	return address(root, "view", a.view, "q", a.query, "kind", a.kind.name, "cursor", a.cursor)
}

// first is the first page of the same list.
func (a listAddress) first() listAddress {
	a.cursor = ""
	return a
}

// address is a path with those parameters that have a value.
func address(path string, pairs ...string) string {
	q := url.Values{}
	for i := 0; i+1 < len(pairs); i += 2 {
		if pairs[i+1] != "" {
			q.Set(pairs[i], pairs[i+1])
		}
	}
	if len(q) == 0 {
		return path
	}
	return path + "?" + q.Encode()
}

// customersList is a page of the list.
type customersList struct {
	listAddress
	reader  reader
	items   []Customer
	figures map[uuid.UUID]Figures
	counts  Counts
	next    string
}

func (c staffPages) showList(w http.ResponseWriter, r *http.Request) error {
	v := customersList{listAddress: readListAddress(r.URL.Query()), reader: readerOf(r)}
	ctx := r.Context()
	page, err := c.List(ctx, v.filter())
	if v.cursor != "" && fault.CodeOf(err) == fault.Invalid {
		http.Redirect(w, r, v.first().href(), http.StatusSeeOther) // no place of this list
		return nil
	}
	if err != nil {
		return err
	}
	v.items = page.Items
	if v.figures, err = c.figures(ctx, v.items); err != nil {
		return err
	}
	if v.counts, err = c.Count(ctx, v.filter()); err != nil {
		return err
	}
	if page.NextCursor != nil {
		next := v.listAddress
		next.cursor = *page.NextCursor
		v.next = next.href()
	}
	web.Render(w, r, http.StatusOK, CustomersList(c.page(w, r, "Customers"), v))
	return nil
}

func (v customersList) views() []web.View {
	in := func(view, label string, count int) web.View {
		a := v.first()
		a.view = view
		return web.View{Label: label, Href: a.href(), Count: count, Current: v.view == view}
	}
	return []web.View{in("", "Active", v.counts.Active), in("closed", "Closed", v.counts.All-v.counts.Active), in("all", "All", v.counts.All)}
}

func (v customersList) filters() web.Filters {
	options := []web.Option{{Label: "Any business"}}
	for _, k := range kinds {
		options = append(options, web.Option{Value: k.name, Label: k.label})
	}
	f := web.Filters{
		Label: "Customers", Action: root, Query: v.query, Placeholder: "Search customers",
		Selects: []web.FilterSelect{{Name: "kind", Label: "Kind of business", Value: v.kind.name, Options: options}},
		Found:   fmt.Sprintf("%d of %s", v.counts.Matching, web.Plural(v.counts.All, "customer")),
	}
	if v.view != "" {
		f.Hidden = []web.Hidden{{Name: "view", Value: v.view}}
	}
	if v.filtered() {
		f.Clear = listAddress{view: v.view}.href()
	}
	return f
}

func (v customersList) paging() web.Paging {
	p := web.Paging{Older: v.next, Back: "First page", On: "Next page"}
	if v.cursor != "" {
		p.Newer = v.first().href()
	}
	return p
}

func (v customersList) empty() web.EmptyState {
	e := web.EmptyState{Icon: web.IconBuilding}
	switch {
	case v.filtered():
		e.Title, e.Text = "No customer matches", "Try other words, or look among all customers."
		e.Actions = []web.Action{{Label: "Show all", Href: listAddress{view: "all"}.href()}}
	case v.counts.All == 0 && v.reader.administers():
		e.Title, e.Text = "No customers yet", "Take on the first one, or import those that you have elsewhere."
		e.Actions = v.actions()
	case v.counts.All == 0:
		e.Title, e.Text = "You serve no customers yet", "An admin of the agency assigns them to you."
	case v.view == "closed":
		e.Title, e.Text = "No customer is closed", "Nobody of a closed customer can sign in."
	default:
		e.Title, e.Text = "No customer is active", "All of them are closed."
	}
	return e
}

// actions are those of the page.
func (v customersList) actions() []web.Action {
	if !v.reader.administers() {
		return nil
	}
	return []web.Action{
		{Label: "Import", Icon: web.IconFile, Href: root + "/import"},
		{Label: "New customer", Icon: web.IconPlus, Kind: web.Primary, Href: root + "/new"},
	}
}
