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

// text looks for words in titles, descriptions and public comments of a company,
// and for a number. Row-level security is checked before @@, which is not
// leakproof: so the company's own rows are picked by index first.
func (s *search) text(query string, customer uuid.UUID) {
	words, own := s.query(query), s.arg(customer)
	s.and(`ct.id in (select m.id from client_tickets m where m.customer_id = ` + own + ` and m.search @@ ` + words + `
		union select c.client_ticket_id from ticket_comments c where c.customer_id = ` + own + ` and not c.internal and c.search @@ ` + words + `
		union select n.id from tickets n where n.customer_id = ` + own + ` and n.number = ` + s.number(query) + `)`)
}

// deskText is the same for the agency, in internal comments, too. Where rare words
// are looked for, all that match are gathered; common words are met soon enough
// in the order of the list.
func (s *search) deskText(query string, common bool) {
	words := s.query(query)
	if common {
		s.and(`(ct.search @@ ` + words + ` or t.number = ` + s.number(query) + `
			or exists (select from ticket_comments c where c.client_ticket_id = ct.id and c.search @@ ` + words + `))`)
		return
	}
	s.and(`ct.id in (select m.id from client_tickets m where m.search @@ ` + words + `
		union select c.client_ticket_id from ticket_comments c where c.search @@ ` + words + `
		union select n.id from tickets n where n.number = ` + s.number(query) + `)`)
}

// commonFrom is how many texts a common search meets.
const commonFrom = 20_000

// isCommon reports whether a search meets very many texts.
func isCommon(ctx context.Context, tx *db.Tx, query string) (common bool, err error) {
	var s search
	words := s.query(query)
	err = tx.QueryRow(ctx, `select count(*) = `+s.arg(commonFrom)+` from (
		select from client_tickets where search @@ `+words+` union all
		select from ticket_comments where search @@ `+words+` limit `+s.arg(commonFrom)+`) met`, s.args...).Scan(&common)
	return common, err
}

// query is what a person typed as a tsquery, made once for a statement.
func (s *search) query(typed string) string {
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
