package app_test

import (
	"fmt"
	"net/http"
	"regexp"
	"strings"

	"github.com/jackc/pgx/v5"
)

var links = regexp.MustCompile(`(?:href|src|action)="(/[^"#]*)`)

// allThatReads is every page that links lead somebody to, and every answer to a JSON
// call that reads, by address.
func (s *scene) allThatReads(name string) map[string]string {
	s.t.Helper()
	by, read := s.caller(name), map[string]string{}
	start, api, other := "/", "/api/client-portal/", "/staff"
	if s.person(name).Staff {
		start, api, other = "/staff", "/api/staff/", ""
	}
	for _, op := range operations(s.t, s.Nobody(s.t)) {
		path := strings.NewReplacer("tickets/{id}", "tickets/"+s.Acme.Ticket.ID.String(), "customers/{id}", "customers/"+s.Acme.ID.String(),
			"attachments/{id}", "attachments/"+s.Acme.Ticket.Attachment.String()).Replace(op.path)
		if op.method == http.MethodGet && strings.HasPrefix(path, api) && !strings.Contains(path, "{") && !strings.HasSuffix(path, "/events") {
			got := by.Get(path)
			s.expectOneOf(path, got, http.StatusOK, http.StatusForbidden)
			read[path] = string(got.Body)
		}
	}
	for queue := []string{start}; len(queue) > 0; queue = queue[1:] {
		path, _, _ := strings.Cut(queue[0], "?") // the same things in another order
		foreign := other != "" && strings.HasPrefix(path, other) || strings.HasPrefix(path, "/static/") || strings.HasPrefix(path, "/api/docs")
		if _, known := read[path]; known || foreign || strings.HasSuffix(path, "/events") {
			continue
		}
		if len(read) > 500 {
			s.t.Fatalf("the pages don't end: %s", path)
		}
		got := by.Get(path)
		read[path] = fmt.Sprint(got.Header, string(got.Body))
		for _, link := range links.FindAllStringSubmatch(string(got.Body), -1) {
			queue = append(queue, link[1])
		}
	}
	if len(read) < 20 {
		s.t.Errorf("only %d addresses were found", len(read))
	}
	return read
}

// rows is all that a role of the database can read of Acme's, by table: a customer's
// person, or the superuser, who reads everything.
func (s *scene) rows(role string) map[string]string {
	s.t.Helper()
	ctx, conn := s.t.Context(), superuser(s.t, s.DB)
	readable, err := conn.Query(ctx, `
		select table_name, string_agg(quote_ident(column_name), ', ')
		from information_schema.columns c
		where table_schema = 'public' and has_column_privilege($1, quote_ident(table_name), column_name, 'select')
		group by table_name`, role)
	if err != nil {
		s.t.Fatal(err)
	}
	columns := map[string]string{}
	var table, list string
	if _, err := pgx.ForEachRow(readable, []any{&table, &list}, func() error { columns[table] = list; return nil }); err != nil {
		s.t.Fatal(err)
	}
	if _, err := conn.Exec(ctx, `set role `+role+`; set app.customer_ids = '{`+s.Acme.ID.String()+`}'`); err != nil {
		s.t.Fatal(err)
	}
	found := map[string]string{}
	for table, list := range columns {
		var text string
		sql := fmt.Sprintf(`select coalesce(string_agg(t::text, E'\n'), '') from (select %s from %s) t`, list, pgx.Identifier{table}.Sanitize())
		if err := conn.QueryRow(ctx, sql).Scan(&text); err != nil {
			s.t.Fatalf("%s: %v", sql, err)
		}
		found[table] = text
	}
	if len(found["client_tickets"]) == 0 || len(found["audit_events"]) == 0 {
		s.t.Errorf("%s reads nothing of the tickets or of the trail", role)
	}
	return found
}
