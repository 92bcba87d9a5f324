package customer

import (
	"slices"
	"strings"

	"clientportal/internal/fault"
	"clientportal/internal/sheet"
)

// column is what a column of an imported file may hold. Its head is the label, or one
// of the words, the likeliest first.
type column struct {
	name, label string
	words       []string
}

// columns are in the order in which the screen offers them.
var columns = []column{
	{"customer", "Customer's name", []string{"customer", "customer name", "company", "company name", "client", "client name",
		"account", "account name", "organisation", "organization", "business", "firm", "name"}},
	{"website", "Website", []string{"website", "web site", "url", "domain", "homepage", "web"}},
	{"client_type", "B2B or B2C", []string{"client type", "customer type", "b2b or b2c", "audience", "type"}},
	{"business_model", "Business model", []string{"business model", "model"}},
	{"website_type", "Kind of website", []string{"website type", "kind of website", "site type"}},
	{"timezone", "Time zone", []string{"timezone", "time zone", "tz"}},
	{"currency", "Currency", []string{"currency", "currency code"}},
	{"email", "E-mail", []string{"email", "e mail", "email address", "e mail address", "contact email", "mail"}},
	{"first_name", "First name", []string{"first name", "firstname", "given name", "forename", "contact first name"}},
	{"last_name", "Last name", []string{"last name", "lastname", "surname", "family name", "contact last name"}},
	{"title", "Job title", []string{"title", "job title", "position", "role", "function"}},
	{"phone", "Phone", []string{"phone", "phone number", "telephone", "tel", "mobile"}},
	{"is_primary_contact", "Primary contact", []string{"is primary contact", "primary contact", "primary", "main contact"}},
}

// labelOf is what a person calls a column.
func labelOf(name string) string {
	for _, c := range columns {
		if c.name == name {
			return c.label
		}
	}
	return name
}

// guessFields says what the columns under these heads hold, "" for nothing that is
// known.
func guessFields(header []string) []string {
	heads := make([]string, len(header))
	for i, head := range header {
		heads[i] = strings.Join(words(head), " ")
	}
	fields := make([]string, len(header))
	for _, c := range columns {
		for _, word := range append([]string{strings.Join(words(c.label), " ")}, c.words...) {
			at := slices.Index(heads, word)
			if at >= 0 && fields[at] == "" {
				fields[at] = c.name
				break
			}
		}
	}
	return fields
}

// checkFields makes sure that every column is one that is known, or none, and that
// no two hold the same.
func checkFields(fields []string, width int) error {
	var check fault.Check
	check.That(len(fields) == width, "columns", "Say for each of the %d columns what it holds.", width)
	for i, field := range fields {
		known := slices.ContainsFunc(columns, func(c column) bool { return c.name == field })
		switch {
		case field == "":
		case !known:
			check.Add("columns", "There is no column %s.", field)
		case slices.Contains(fields[:i], field):
			check.Add("columns", "Two columns are said to hold: %s. Choose one of them.", labelOf(field))
		}
	}
	check.That(slices.Contains(fields, "customer"), "columns", "Say which column holds the customer's name.")
	return check.Err()
}

// record is a row by what its columns hold.
type record struct {
	row     sheet.Row
	columns map[string]int // by name
}

// columnsOf is where each field stands.
func columnsOf(fields []string) map[string]int {
	at := map[string]int{}
	for i, field := range fields {
		if field != "" {
			at[field] = i
		}
	}
	return at
}

func (r record) cell(field string) string {
	if at, ok := r.columns[field]; ok {
		return r.row.Cell(at)
	}
	return ""
}

// speaksOfPerson reports whether the row has a stakeholder.
func (r record) speaksOfPerson() bool {
	for _, field := range []string{"email", "first_name", "last_name", "title", "phone"} {
		if r.cell(field) != "" {
			return true
		}
	}
	return false
}

func (r record) draft() Draft {
	return Draft{
		Name: r.cell("customer"), Website: r.cell("website"),
		ClientType: coded(r.cell("client_type")), BusinessModel: coded(r.cell("business_model")), WebsiteType: coded(r.cell("website_type")),
		Timezone: r.cell("timezone"), Currency: r.cell("currency"),
	}
}

func (r record) person(check *fault.Check) Person {
	p := Person{Email: r.cell("email"), FirstName: r.cell("first_name"), LastName: r.cell("last_name"), Title: r.cell("title"), Phone: r.cell("phone")}
	switch strings.ToLower(r.cell("is_primary_contact")) {
	case "yes", "y", "true", "1", "x":
		p.IsPrimaryContact = true
	case "no", "n", "false", "0", "":
	default:
		check.Add("is_primary_contact", "Write yes or no.")
	}
	return p
}

// codes are the kinds of business as people write them.
var codes = map[string]string{
	"lead gen": "lead_gen", "lead generation": "lead_gen", "leads": "lead_gen",
	"online sales": "online_sales", "e commerce": "online_sales", "ecommerce": "online_sales", "online shop": "online_sales",
	"brochure": "brochure", "brochure website": "brochure",
	"transactional": "transactional", "transactional website": "transactional", "web app": "transactional",
	"b2b": "b2b", "b2c": "b2c",
}

// coded is a kind of business as it is kept. What is not known stays as it is, to
// be refused in the words of the file.
func coded(text string) string {
	if code, ok := codes[strings.Join(words(text), " ")]; ok {
		return code
	}
	return text
}
