package meta

import (
	"context"
	"net/url"

	"clientportal/internal/datasource/upstream"
)

// maxPages is more than a window can have; beyond it somebody leads us in circles.
const maxPages = 20_000

// pages reads a list to its end. Whether there is more says next, even though the last
// page has a cursor too. The address in next is not called: it carries the token, and
// could lead anywhere.
func pages[T any](ctx context.Context, s *session, path string, params url.Values) ([]T, error) {
	var all []T
	seen := map[string]bool{}
	params = clone(params)
	for range maxPages {
		var p page[T]
		if err := s.get(ctx, path, params, &p); err != nil {
			return nil, err
		}
		all = append(all, p.Data...)
		if p.Paging.Next == "" {
			return all, nil
		}
		after, err := s.cursor(p.Paging.Next, p.Paging.Cursors.After)
		if err != nil {
			return nil, err
		}
		if seen[after] {
			return nil, upstream.Garbled(system, "a page leads back to itself", nil)
		}
		seen[after] = true
		params.Set("after", after)
	}
	return nil, upstream.Garbled(system, "the pages have no end", nil)
}

// cursor is where the next page begins. An address of another host is a forgery.
func (s *session) cursor(next, after string) (string, error) {
	u, err := url.Parse(next)
	if err != nil {
		return "", upstream.Garbled(system, "the address of the next page can't be read", nil)
	}
	base, err := url.Parse(s.source.config.BaseURL)
	if err != nil || u.Host != base.Host && (u.Scheme != "https" || u.Host != "graph.facebook.com") {
		return "", upstream.Garbled(system, "the next page is at another host", nil)
	}
	if after == "" {
		after = u.Query().Get("after")
	}
	if after == "" {
		return "", upstream.Garbled(system, "the next page has no cursor", nil)
	}
	return after, nil
}

func clone(v url.Values) url.Values {
	c := url.Values{}
	for k, x := range v {
		c[k] = x
	}
	return c
}
