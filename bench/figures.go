package main

import (
	"fmt"
	"net/http"
	"strings"
)

// figure is one thing that is measured: a request, asked about one ticket after
// another by the people whom they concern.
type figure struct {
	name   string
	method string
	path   string // {ticket} stands for the ticket's id, {dashboard} for that of its customer's dashboard, {entry} for an entry's
	body   string // JSON; {email} stands for who signs in
	status int    // of the right answer; 0 is 200

	staff   bool   // an employee asks
	open    bool   // only about tickets that are not closed
	entries bool   // about time entries that are pending, each asked about once, by an approver
	small   bool   // on the small data
	zipped  bool   // the caller takes compressed answers, as browsers do
	most    int    // connections, if fewer than the run's: people look at these one by one
	noLimit bool   // the database is not what limits it
	target  string // of quality
}

const (
	tickets      = "/api/client-portal/tickets"
	staffTickets = "/api/staff/tickets"
	hours        = "/api/client-portal/time-tracking"
	projects     = "/api/client-portal/projects"

	year = "?range=last_365_days&compare=previous_period"
)

var figures = []figure{
	{name: "list tickets", path: tickets + "?limit=25", target: "50 %, p99 < 25 ms"},
	{name: "list tickets, of 10,000", path: tickets + "?limit=25", small: true, target: "within 20 % of the above"},
	{name: "list tickets, compressed", path: tickets + "?limit=25", zipped: true},
	{name: "list what is open", path: tickets + "?limit=25&status=open,in_progress,waiting_for_client"},
	{name: "search", path: tickets + "?limit=25&q=voucher+refund"},
	{name: "one ticket", path: tickets + "/{ticket}", target: "50 %, p99 < 25 ms"},
	{name: "staff queue", path: staffTickets + "?limit=50&view=open", staff: true},
	{name: "time entries with totals", path: hours + "?limit=25", target: "50 %, p99 < 25 ms"},
	{name: "retainer summary", path: hours + "/retainer-summary", target: "50 %, p99 < 25 ms"},
	{name: "create a ticket", method: http.MethodPost, path: tickets, status: http.StatusCreated, target: "60 %",
		body: `{"title":"The voucher code is refused at checkout","description":"Since yesterday, customers who enter **SUMMER** see an error.\n\nPlease have a look."}`},
	{name: "add a comment", method: http.MethodPost, path: tickets + "/{ticket}/comments", open: true, status: http.StatusCreated, target: "60 %",
		body: `{"body":"It happens with every basket, on the phone and on the desktop. I attach nothing, as there is no more to see."}`},
	{name: "approve an entry", method: http.MethodPost, path: hours + "/{entry}/approve", entries: true, target: "60 %"},
	{name: "list of projects", path: projects + "?limit=25", target: "50 %, p99 < 25 ms"},
	{name: "page: list of projects", path: "/projects", target: "half of its JSON"},
	{name: "page: the client's start", path: "/", target: "p99 < 25 ms"},
	{name: "page: the staff's start", path: "/staff", staff: true, target: "p99 < 25 ms"},
	{name: "page: list what is open", path: "/tickets", target: "half of its JSON"},
	{name: "page: one ticket", path: "/tickets/{ticket}", target: "half of its JSON"},
	{name: "page: staff queue", path: "/staff/tickets", staff: true, target: "half of its JSON"},
	{name: "dashboard of 12 widgets over a year", most: 4, path: "/api/client-portal/analytics/dashboards/{dashboard}/reports" + year, noLimit: true, target: "p99 < 60 ms"},
	{name: "page: dashboard", most: 4, path: "/analytics/{dashboard}" + year, noLimit: true, target: "half of its JSON"},
	{name: "sign in", method: http.MethodPost, path: "/api/client-portal/auth/login", noLimit: true,
		body: `{"email":"{email}","password":"` + password + `"}`},
}

// about picks the number of a ticket or an entry that this figure may be asked about,
// in pgbench's language.
func (f figure) about(d database, connections int) string {
	switch {
	case f.entries: // every tenth is pending, and can be approved once
		// Spread over the table as those that the portal is asked about: 7919 is prime.
		return fmt.Sprintf("10 * ((:n * %d + :client_id) * 7919 %% %d) + 1", connections, d.entries/10)
	case f.open: // every tenth ticket is not closed
		return fmt.Sprintf("10 * random(1, %d)", d.tickets/10)
	}
	return fmt.Sprintf("random(1, %d)", d.tickets)
}

// subject is what a request needs to know of the ticket or entry that it is about.
type subject struct {
	number                       int64
	ticket, entry                string
	token, approverToken         string
	staffToken, email, dashboard string
}

// request is the whole HTTP request, as bytes to send.
func (f figure) request(s subject) []byte {
	cookie, method := "portal_session="+s.token, f.method
	switch {
	case f.staff:
		cookie = "portal_staff_session=" + s.staffToken
	case f.entries:
		cookie = "portal_session=" + s.approverToken
	}
	if method == "" {
		method = http.MethodGet
	}
	body := strings.ReplaceAll(f.body, "{email}", s.email)
	head := fmt.Sprintf("%s %s HTTP/1.1\r\nHost: localhost\r\nCookie: %s\r\n", method, strings.NewReplacer("{ticket}", s.ticket, "{entry}", s.entry, "{dashboard}", s.dashboard).Replace(f.path), cookie)
	if f.entries { // as it was written
		head += "If-Match: \"1\"\r\n"
	}
	if f.zipped {
		head += "Accept-Encoding: gzip, br\r\n"
	}
	if body != "" {
		head += fmt.Sprintf("Content-Type: application/json\r\nContent-Length: %d\r\n", len(body))
	}
	return []byte(head + "\r\n" + body)
}

// expected is the status of the right answer.
func (f figure) expected() int {
	if f.status == 0 {
		return http.StatusOK
	}
	return f.status
}
