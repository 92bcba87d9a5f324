package ticket

import (
	"context"
	"fmt"
	"net/http"
	"slices"

	"clientportal/internal/api"
	"clientportal/internal/fault"
	"clientportal/internal/web"
)

// listSize is how many tickets a page of the list has.
const listSize = 25

// clientList is a page of a client's list with what its filters offer.
type clientList struct {
	listAddress
	items     []Summary
	newer     string // addresses of the pages beside; "" where there is none
	older     string
	counts    map[Status]int64
	matching  counted // in the view, with the filters
	elsewhere *elsewhere
	projects  []Named
	mayWrite  bool
}

// elsewhere is what a search finds outside the view in which it found nothing.
type elsewhere struct {
	count counted
	first Summary
}

func (c clientPages) showList(w http.ResponseWriter, r *http.Request) error {
	a := readListAddress(r.URL.Query())
	v, err := c.readList(r.Context(), a)
	turned := a.cursor != "" || a.before != ""
	if turned && (fault.CodeOf(err) == fault.Invalid || err == nil && len(v.items) == 0) {
		http.Redirect(w, r, a.first().href(), http.StatusSeeOther) // the place in the list is no more
		return nil
	}
	if err != nil {
		return err
	}
	v.mayWrite = mayWrite(r)
	p := c.page(w, r, "Tickets").Following("ticket:")
	p.Search.Query = a.query
	web.Render(w, r, http.StatusOK, ClientTicketsList(p, v))
	return nil
}

func (c clientPages) readList(ctx context.Context, a listAddress) (v clientList, err error) {
	v.listAddress = a
	if v.counts, err = c.Counts(ctx); err != nil {
		return v, err
	}
	if v.projects, err = c.Projects(ctx); err != nil {
		return v, err
	}
	if err = c.turn(ctx, &v); err != nil {
		return v, err
	}
	v.matching.n = a.view.size(v.counts)
	if a.filtered() {
		if v.matching, err = c.matching(ctx, a.filter()); err != nil {
			return v, err
		}
	}
	v.matching.n = max(v.matching.n, v.last())
	if !a.filtered() || len(v.items) > 0 || a.view.isAll() {
		return v, nil
	}
	v.elsewhere, err = c.searchAll(ctx, a)
	return v, err
}

// turn reads the page of the list that the address asks for. Going back reads
// backwards, from the first ticket of the page that was left.
func (c clientPages) turn(ctx context.Context, v *clientList) error {
	const forwards, backwards = "-updated_at", "updated_at"
	f, query := v.filter(), api.PageQuery{Limit: listSize, Cursor: v.cursor}
	f.Sort = forwards
	if v.before != "" {
		f.Sort, query.Cursor = backwards, v.before
	}
	page, err := c.List(ctx, f, query)
	if err != nil || len(page.Items) == 0 {
		return err
	}
	v.items = page.Items
	newer, older := v.cursor != "", page.NextCursor != nil
	if v.before != "" {
		slices.Reverse(v.items)
		newer, older = page.NextCursor != nil, true
	}
	if !newer {
		v.start = 1
	}
	to := v.first()
	if newer {
		to.before, to.start = cursorAt(backwards, v.items[0]), max(1, v.start-listSize)
		v.newer = to.href()
	}
	if older {
		to = v.first()
		to.cursor, to.start = cursorAt(forwards, v.items[len(v.items)-1]), v.start+len(v.items)
		v.older = to.href()
	}
	return nil
}

func cursorAt(sort string, t Summary) string {
	return api.EncodeCursor(at(sort, DeskSummary{ID: t.ID, UpdatedAt: t.UpdatedAt}))
}

// searchAll looks among all tickets.
func (c clientPages) searchAll(ctx context.Context, a listAddress) (*elsewhere, error) {
	f := a.in(listViews[len(listViews)-1]).filter()
	count, err := c.matching(ctx, f)
	if err != nil || count.n == 0 && !count.atLeast {
		return nil, err
	}
	page, err := c.List(ctx, f, api.PageQuery{Limit: 1})
	if err != nil || len(page.Items) == 0 {
		return nil, err
	}
	count.n = max(count.n, len(page.Items))
	return &elsewhere{count, page.Items[0]}, nil
}

// total is how many tickets the company has.
func (v clientList) total() int { return listViews[len(listViews)-1].size(v.counts) }

// found says how much of the view is listed: "10 of 38 tickets".
func (v clientList) found() string {
	shown := v.matching
	if !v.filtered() {
		shown.n = len(v.items)
	}
	return fmt.Sprintf("%s of %s", shown, web.Plural(v.view.size(v.counts), "ticket"))
}

// last is the place of the last ticket listed; 0 where none is.
func (v clientList) last() int {
	if len(v.items) == 0 {
		return 0
	}
	return v.start + len(v.items) - 1
}

func (v clientList) paging() web.Paging {
	return web.Paging{
		Range: fmt.Sprintf("%d to %d of %s", v.start, v.last(), v.matching),
		Newer: v.newer, Older: v.older,
	}
}
