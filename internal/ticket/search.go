package ticket

import (
	"context"
	"regexp"
	"strconv"
	"strings"
	"unicode"

	"github.com/google/uuid"

	"clientportal/internal/db"
)

// maxQuery is the longest search, in characters.
const maxQuery = 200

// search is the moving part of a list's statement: its conditions, its order and
// where in that order to go on.
type search struct {
	where []string
	args  []any
}

// arg adds a value and gives its placeholder.
func (s *search) arg(value any) string {
	s.args = append(s.args, value)
	return "$" + strconv.Itoa(len(s.args))
}

// and adds a condition, in which each ? is one of the values.
func (s *search) and(condition string, values ...any) {
	for _, v := range values {
		condition = strings.Replace(condition, "?", s.arg(v), 1)
	}
	s.where = append(s.where, condition)
}

func (s *search) conditions() string {
	if len(s.where) == 0 {
		return ""
	}
	return " where " + strings.Join(s.where, " and ")
}

var namesTickets = regexp.MustCompile(`\bt\.`)

// pick is the statement that finds the ids of a page, of the tables ct and t only
// those that the conditions and the order name. Row-level security checks each table,
// and makes the planner believe that a join of two has next to no rows; then it reads
// and sorts all of them in place of following the order's index to the page's end.
func (s *search) pick(by order, limit int) string {
	id, from := "ct.id", "client_tickets ct join tickets t on t.id = ct.ticket_id"
	switch named := s.conditions() + by.clause(); {
	case !strings.Contains(named, "ct."):
		id, from = "t.id", "tickets t" // a ticket's two rows have one id
	case !namesTickets.MatchString(named):
		from = "client_tickets ct"
	}
	return "select " + id + " from " + from + s.conditions() + by.clause() + " limit " + s.arg(limit)
}

// commonFrom is how many texts a search for common words meets.
const commonFrom = 5_000

// met is what the index has of a search's words that the reader may read, up to
// commonFrom of each.
type met struct{ tickets, comments []uuid.UUID }

// meet looks a search up in the index, among the reader's customers or one of them.
func meet(ctx context.Context, tx *db.Tx, query string, customer *uuid.UUID) (m met, err error) {
	if strings.TrimSpace(query) == "" {
		return m, nil
	}
	var s search
	one := s.arg(customer) + "::uuid"
	in := "(array(select id from customers where " + one + " is null or id = " + one + "), " + s.words(query) + ", " + s.arg(commonFrom) + ")"
	err = tx.QueryRow(ctx, `select array(select search_tickets`+in+`), array(select search_comments`+in+`)`, s.args...).Scan(&m.tickets, &m.comments)
	return m, err
}

// common reports whether the words stand in very many texts.
func (m met) common() bool { return len(m.tickets)+len(m.comments) >= commonFrom }

// find looks for words in titles, descriptions and the comments that the reader sees,
// and for a number. Where rare words are looked for, all that match are gathered; common
// words are met soon enough in the order of the list.
func (s *search) find(ctx context.Context, tx *db.Tx, query string, customer *uuid.UUID) error {
	m, err := meet(ctx, tx, query, customer)
	if err != nil {
		return err
	}
	if !m.common() {
		s.gather(query, m)
		return nil
	}
	words := s.words(query)
	s.and(`(ct.search @@ ` + words + ` or ct.number = ` + s.number(query) + `
		or exists (select from ticket_comments c where c.client_ticket_id = ct.id and c.search @@ ` + words + `))`)
	return nil
}

// gather picks the tickets of what was met, if something was looked for.
func (s *search) gather(query string, m met) {
	if strings.TrimSpace(query) == "" {
		return
	}
	words := s.words(query)
	s.and(`ct.id in (
		select m.id from client_tickets m where m.id = any(` + s.arg(m.tickets) + `) and m.search @@ ` + words + `
		union select c.client_ticket_id from ticket_comments c where c.id = any(` + s.arg(m.comments) + `) and c.search @@ ` + words + `
		union select n.id from tickets n where n.number = ` + s.number(query) + `)`)
}

// words is what a person typed as a tsquery, made once for a statement.
func (s *search) words(typed string) string {
	return `(select to_tsquery('simple', ` + s.arg(tsquery(typed)) + `))`
}

func (s *search) number(typed string) string {
	return s.arg(strings.ToUpper(strings.TrimSpace(typed)))
}

// tsquery makes a query of what a person typed: all words, the last one as the
// beginning of a word. Every word is quoted, so that none is read as an operator;
// the database splits it as it split the texts.
func tsquery(query string) string {
	var words []string
	for _, word := range strings.Fields(query) {
		if strings.ContainsFunc(word, func(r rune) bool { return unicode.IsLetter(r) || unicode.IsNumber(r) }) {
			word = strings.ReplaceAll(strings.ReplaceAll(word, `\`, `\\`), `'`, `''`)
			words = append(words, `'`+word+`'`)
		}
	}
	if len(words) == 0 {
		return "" // which matches nothing
	}
	return strings.Join(words, " & ") + ":*"
}
