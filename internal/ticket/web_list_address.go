package ticket

import (
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/google/uuid"
)

// listView is a ready-made filter of a client's list.
type listView struct {
	name     string // in the address
	label    string
	kind     string // "No open ticket …"
	statuses []Status
}

// listViews are the views in their order. Where the address names none it is the
// first, or the last, which has all, when there are words to look for.
var listViews = []listView{
	{"open", "Open", "open ", Unfinished},
	{"waiting", "Waiting for you", "waiting ", []Status{WaitingForClient}},
	{"resolved", "Resolved", "resolved ", []Status{Resolved}},
	{"all", "All", "", Statuses},
}

func (v listView) isAll() bool { return v.name == "all" }

// size is how many tickets the view has.
func (v listView) size(counts map[Status]int64) int {
	var n int64
	for _, status := range v.statuses {
		n += counts[status]
	}
	return int(n)
}

// listAddress is what the address of a client's list says. A filter that makes no
// sense is none.
type listAddress struct {
	view     listView
	query    string
	category string
	priority Priority
	project  *uuid.UUID // the Nil id: of no project

	cursor string // goes on to older tickets
	before string // goes back to newer ones
	start  int    // the number of the page's first ticket, from 1
}

func readListAddress(values url.Values) listAddress {
	a := listAddress{
		view: listViews[0], query: plainWords(values.Get("q"), maxQuery), category: plainWords(values.Get("category"), MaxCategory),
		priority: Priority(values.Get("priority")), cursor: values.Get("cursor"), before: values.Get("before"),
	}
	if a.query != "" {
		a.view = listViews[len(listViews)-1]
	}
	for _, v := range listViews {
		if v.name == values.Get("view") {
			a.view = v
		}
	}
	if !slices.Contains(Priorities, a.priority) {
		a.priority = ""
	}
	if id, err := uuid.Parse(values.Get("quote_id")); err == nil {
		a.project = &id
	}
	start, _ := strconv.Atoi(values.Get("start"))
	a.start = min(max(start, 1), 1_000_000)
	return a
}

// plainWords are the first characters of a text that can be looked for.
func plainWords(s string, most int) string {
	s = strings.TrimSpace(strings.ReplaceAll(strings.ToValidUTF8(s, ""), "\x00", ""))
	if letters := []rune(s); len(letters) > most {
		return string(letters[:most])
	}
	return s
}

func (a listAddress) filter() Filter {
	f := Filter{Category: a.category, Priority: a.priority, QuoteID: a.project, Query: a.query}
	if !a.view.isAll() {
		f.Statuses = a.view.statuses
	}
	return f
}

// filtered reports whether the list has less than its view.
func (a listAddress) filtered() bool {
	return a.query != "" || a.category != "" || a.priority != "" || a.project != nil
}

// in is the first page of the same list in another view.
func (a listAddress) in(v listView) listAddress {
	a.view = v
	return a.first()
}

// unfiltered is the first page of the whole view.
func (a listAddress) unfiltered() listAddress { return listAddress{view: a.view} }

// first is the first page of the same list.
func (a listAddress) first() listAddress {
	a.cursor, a.before, a.start = "", "", 1
	return a
}

// href is the address itself.
func (a listAddress) href() string {
	values := url.Values{}
	set := func(name, value string) {
		if value != "" {
			values.Set(name, value)
		}
	}
	if a.query != "" || a.view.name != listViews[0].name {
		set("view", a.view.name)
	}
	set("q", a.query)
	set("category", a.category)
	set("priority", string(a.priority))
	set("quote_id", textOfID(a.project))
	set("cursor", a.cursor)
	set("before", a.before)
	if a.start > 1 {
		set("start", strconv.Itoa(a.start))
	}
	if len(values) == 0 {
		return "/tickets"
	}
	return "/tickets?" + values.Encode()
}

func textOfID(id *uuid.UUID) string {
	if id == nil {
		return ""
	}
	return id.String()
}
