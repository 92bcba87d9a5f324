package shopifysim

import (
	"cmp"
	"encoding/base64"
	"fmt"
	"slices"
	"strconv"
)

// maxPage is how many objects a connection gives at once.
const maxPage = 250

// item is an object of a connection before it is read, with what it is sorted by.
type item struct {
	key  int64
	id   int64
	make func() node
}

// page gives a part of a connection's items, as first, after and reverse ask.
func (e *execution) page(items []item, args map[string]any) any {
	first := integer(args["first"])
	if e.whole {
		first = len(items)
	} else if first < 1 || first > maxPage {
		return denial(coded("BAD_USER_INPUT", fmt.Sprintf("you must provide a first argument from 1 to %d", maxPage)))
	}
	slices.SortFunc(items, func(a, b item) int { return cmp.Or(cmp.Compare(a.key, b.key), cmp.Compare(a.id, b.id)) })
	if args["reverse"] == true {
		slices.Reverse(items)
	}
	from := 0
	after, _ := args["after"].(string)
	if after != "" {
		at, err := position(items, after)
		if err != nil {
			return denial(coded("BAD_USER_INPUT", "Invalid cursor for current pagination sort."))
		}
		from = at
	}
	until := min(len(items), from+first)
	nodes, edges := []node{}, []node{}
	var cursor any
	for _, it := range items[from:until] {
		n := it.make()
		cursor = it.cursor()
		nodes, edges = append(nodes, n), append(edges, node{"node": n, "cursor": cursor})
	}
	more := until < len(items)
	if after != "" && e.store.fails(RepeatedCursor) {
		cursor, more = after, true
	}
	return node{"nodes": nodes, "edges": edges, "pageInfo": node{"hasNextPage": more, "hasPreviousPage": from > 0, "startCursor": nil, "endCursor": cursor}}
}

func (it item) cursor() string {
	return base64.URLEncoding.EncodeToString([]byte(strconv.FormatInt(it.id, 10)))
}

// position is the place after the item that a cursor names.
func position(items []item, cursor string) (int, error) {
	raw, err := base64.URLEncoding.DecodeString(cursor)
	if err != nil {
		return 0, err
	}
	id, err := strconv.ParseInt(string(raw), 10, 64)
	if err != nil {
		return 0, err
	}
	i := slices.IndexFunc(items, func(it item) bool { return it.id == id })
	if i < 0 {
		return 0, fmt.Errorf("no item %d", id)
	}
	return i + 1, nil
}

// count is of all items, but of no more than the limit unless that is null.
func count(n int, args map[string]any) node {
	precision := "EXACT"
	if limit, ok := args["limit"]; ok && limit != nil && n > integer(limit) {
		n, precision = integer(limit), "AT_LEAST"
	}
	return node{"count": n, "precision": precision}
}
