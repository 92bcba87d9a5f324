package customer

import (
	"net/mail"
	"net/url"
	"strings"
	"sync"
	"time"

	"golang.org/x/text/currency"

	"clientportal/internal/fault"
)

// The kinds of business.
var (
	clientTypes    = []string{"b2b", "b2c"}
	businessModels = []string{"lead_gen", "online_sales"}
	websiteTypes   = []string{"brochure", "transactional"}
)

// tidy brings the customer into the form in which it is kept, and notes what is
// wrong with it.
func (c *Customer) tidy(check *fault.Check) {
	c.Name = check.Text("name", "the name", c.Name, 1, 200)
	c.Website = website(check, c.Website)
	c.ClientType = choice(check, "client_type", c.ClientType, clientTypes...)
	c.BusinessModel = choice(check, "business_model", c.BusinessModel, businessModels...)
	c.WebsiteType = choice(check, "website_type", c.WebsiteType, websiteTypes...)
	if !isZone(c.Timezone) {
		check.Add("timezone", "Name a time zone of the IANA database, such as Europe/London.")
	}
	c.Currency = strings.ToUpper(c.Currency)
	if _, err := currency.ParseISO(c.Currency); err != nil {
		check.Add("currency", "Name a currency by its three letters of ISO 4217, such as GBP.")
	}
}

// zones are the time zones that were asked for and exist: to look for one reads files.
var zones sync.Map

func isZone(name string) bool {
	if _, known := zones.Load(name); known {
		return true
	}
	zone, err := time.LoadLocation(name)
	if err != nil || zone == time.Local || name == "" {
		return false
	}
	zones.Store(name, true)
	return true
}

// website makes "acme.example" an address that a browser opens; "" is none.
func website(check *fault.Check, given *string) *string {
	if given == nil {
		return nil
	}
	text := check.Text("website", "the address", *given, 0, 300)
	if text == "" {
		return nil
	}
	if !strings.Contains(text, "://") {
		text = "https://" + text
	}
	u, err := url.Parse(text)
	if err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Host == "" || u.User != nil {
		check.Add("website", "Write the website's address as a browser shows it, such as https://acme.example.")
	}
	return &text
}

// choice checks a field that may be empty, which is nil.
func choice(check *fault.Check, name string, given *string, allowed ...string) *string {
	if given == nil || *given == "" {
		return nil
	}
	check.OneOf(name, *given, allowed...)
	return given
}

// emailAddress returns a mail address without surrounding white space. It is
// kept as typed; everywhere, case does not tell two addresses apart.
func emailAddress(check *fault.Check, name, given string) string {
	text := check.Text(name, "the address", given, 1, 254)
	parsed, err := mail.ParseAddress(text)
	if text != "" && (err != nil || parsed.Address != text) {
		check.Add(name, "Write one address, such as name@company.example.")
	}
	return text
}
