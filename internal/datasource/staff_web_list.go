package datasource

import (
	"context"
	"net/http"
	"net/url"

	"github.com/google/uuid"

	"clientportal/internal/actor"
	"clientportal/internal/api"
	"clientportal/internal/db"
	"clientportal/internal/fault"
	"clientportal/internal/route"
	"clientportal/internal/web"
)

// sourceList is the list of sources of one customer, or of all.
type sourceList struct {
	items     []Source
	next      *string
	customer  string // an id, or ""
	customers []Named
	kind      string // or ""
	kinds     []kind
	manages   bool
}

func (c staffPages) showList(w http.ResponseWriter, r *http.Request) error {
	query := r.URL.Query()
	v := sourceList{manages: readerManages(r), customer: query.Get("customer_id"), kind: query.Get("source_type"), kinds: c.kinds()}
	f := Filter{SourceType: v.kind}
	if v.customer != "" {
		id, err := uuid.Parse(v.customer)
		if err != nil {
			return fault.Missing("customer")
		}
		f.CustomerID = id
	}
	list, err := c.Sources(r.Context(), f, api.PageQuery{Limit: 50, Cursor: query.Get("cursor")})
	if err != nil {
		return err
	}
	v.items, v.next = list.Items, list.NextCursor
	if v.customers, err = c.customers(r.Context()); err != nil {
		return err
	}
	web.Render(w, r, http.StatusOK, staffList(c.page(w, r, "Data sources").Following("source:"), v))
	return nil
}

// showRuns is the whole history of a source, page by page.
func (c staffPages) showRuns(w http.ResponseWriter, r *http.Request) error {
	id, err := route.PathID(r, "id", "data source")
	if err != nil {
		return err
	}
	s, err := c.Source(r.Context(), id)
	if err != nil {
		return err
	}
	list, err := c.Runs(r.Context(), id, api.PageQuery{Limit: 50, Cursor: r.URL.Query().Get("cursor")})
	if err != nil {
		return err
	}
	web.Render(w, r, http.StatusOK, runsPage(c.of(w, r, s, "Runs").Following(topic(id)), s, list))
	return nil
}

// readerManages reports whether whoever reads may change anything.
func readerManages(r *http.Request) bool {
	who, _ := actor.From(r.Context())
	return mayManage(who) == nil
}

// customers are those that the reader serves.
func (c staffPages) customers(ctx context.Context) (list []Named, err error) {
	err = c.DB.Read(ctx, func(tx *db.Tx) error {
		rows, err := tx.Query(ctx, `select id, name from customers where is_active order by lower(name), id limit 500`)
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			var n Named
			if err := rows.Scan(&n.ID, &n.Name); err != nil {
				return err
			}
			list = append(list, n)
		}
		return rows.Err()
	})
	return list, err
}

// href is an address with a query.
func href(path string, pairs ...string) string {
	query := url.Values{}
	for i := 0; i+1 < len(pairs); i += 2 {
		if pairs[i+1] != "" {
			query.Set(pairs[i], pairs[i+1])
		}
	}
	if len(query) == 0 {
		return path
	}
	return path + "?" + query.Encode()
}
