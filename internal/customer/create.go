package customer

import (
	"cmp"
	"context"
	"fmt"
	"regexp"

	"github.com/google/uuid"

	"clientportal/internal/clock"
	"clientportal/internal/customer/customerdb"
	"clientportal/internal/db"
	"clientportal/internal/fault"
	"clientportal/internal/maybe"
)

// Draft is a customer to be taken on. Time zone and currency have defaults, and
// slug and ticket prefix follow from the name where they are not given.
type Draft struct {
	Name          string `json:"name" maxLength:"1000"`
	Slug          string `json:"slug,omitempty" maxLength:"1000" doc:"From the name, when left out"`
	TicketPrefix  string `json:"ticket_prefix,omitempty" maxLength:"1000" doc:"From the name, when left out"`
	Website       string `json:"website,omitempty" maxLength:"1000"`
	ClientType    string `json:"client_type,omitempty" maxLength:"1000" doc:"b2b or b2c"`
	BusinessModel string `json:"business_model,omitempty" maxLength:"1000" doc:"lead_gen or online_sales"`
	WebsiteType   string `json:"website_type,omitempty" maxLength:"1000" doc:"brochure or transactional"`
	Timezone      string `json:"timezone,omitempty" maxLength:"1000" doc:"Europe/London, when left out"`
	Currency      string `json:"currency,omitempty" maxLength:"1000" doc:"GBP, when left out"`
}

// What a customer has where nothing else is said.
const (
	defaultTimezone = "Europe/London"
	defaultCurrency = "GBP"
)

// Create takes on a customer.
func (s *Service) Create(ctx context.Context, d Draft) (c Customer, err error) {
	err = s.db.Write(ctx, func(tx *db.Tx) error {
		if err := mayAdminister(tx.Actor()); err != nil {
			return err
		}
		if c, err = d.customer(); err != nil {
			return err
		}
		if c.ID, err = uuid.NewV7(); err != nil {
			return err
		}
		c.CreatedAt = clock.Now(ctx)
		c.UpdatedAt = c.CreatedAt
		if err := name(ctx, customerdb.New(tx), &c, d); err != nil {
			return err
		}
		tx.Record(event("customer.create", c.ID, c))
		return nil
	})
	return c, err
}

var (
	validSlug   = regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)
	validPrefix = regexp.MustCompile(`^[A-Z0-9]+$`)
)

// customer is the checked draft, still without a slug and a prefix of its own.
func (d Draft) customer() (Customer, error) {
	c := Customer{
		Name: d.Name, Website: maybe.Of(d.Website), ClientType: maybe.Of(d.ClientType),
		BusinessModel: maybe.Of(d.BusinessModel), WebsiteType: maybe.Of(d.WebsiteType),
		Timezone: cmp.Or(d.Timezone, defaultTimezone), Currency: cmp.Or(d.Currency, defaultCurrency), IsActive: true,
	}
	var check fault.Check
	c.tidy(&check)
	check.That(d.Slug == "" || len(d.Slug) <= maxSlug && validSlug.MatchString(d.Slug), "slug",
		"Use small letters, digits and hyphens, at most %d of them.", maxSlug)
	check.That(d.TicketPrefix == "" || len(d.TicketPrefix) <= maxPrefix && validPrefix.MatchString(d.TicketPrefix), "ticket_prefix",
		"Use up to %d capital letters and digits.", maxPrefix)
	return c, check.Err()
}

// name inserts the customer under a slug and a ticket prefix that no other has.
// Another customer may take the same ones in the same moment: then it looks again.
func name(ctx context.Context, q *customerdb.Queries, c *Customer, d Draft) error {
	slug, prefix := cmp.Or(d.Slug, slugOf(c.Name)), cmp.Or(d.TicketPrefix, prefixOf(c.Name))
	for range 10 {
		taken, err := q.NamesLike(ctx, customerdb.NamesLikeParams{Slug: slug, Prefix: prefix[:1]})
		if err != nil {
			return err
		}
		slugs, prefixes := newSlugs(), newPrefixes()
		for _, other := range taken {
			slugs.taken[other.Slug], prefixes.taken[other.TicketPrefix] = true, true
		}
		if err := d.checkFree(slugs.taken, prefixes.taken); err != nil {
			return err
		}
		c.Slug, c.TicketPrefix = slugs.free(slug), prefixes.free(prefix)
		inserted, err := q.InsertCustomer(ctx, customerdb.InsertCustomerParams{
			ID: c.ID, Name: c.Name, Slug: c.Slug, TicketPrefix: c.TicketPrefix, Website: c.Website,
			ClientType: c.ClientType, BusinessModel: c.BusinessModel, WebsiteType: c.WebsiteType,
			Timezone: c.Timezone, Currency: c.Currency, Now: c.CreatedAt,
		})
		if err != nil || inserted == 1 {
			return err
		}
	}
	return fmt.Errorf("no free slug like %q or ticket prefix like %q", slug, prefix)
}

// checkFree refuses names that were asked for and are taken.
func (d Draft) checkFree(slugs, prefixes map[string]bool) error {
	var check fault.Check
	check.That(d.Slug == "" || !slugs[d.Slug], "slug", "Another customer has this one.")
	check.That(d.TicketPrefix == "" || !prefixes[d.TicketPrefix], "ticket_prefix", "Another customer has this one.")
	return check.Err()
}
