package customer_test

import (
	"errors"
	"slices"
	"sync"
	"testing"

	"clientportal/internal/customer"
	"clientportal/internal/fault"
)

func TestCreateDerivesSlugAndPrefix(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	for _, c := range []struct{ name, slug, prefix string }{
		{"Dapper Goods", "dapper-goods", "DG"},
		{"Dapper Goods", "dapper-goods-2", "DG2"},
		{"Delta Group", "delta-group", "DG3"},
		{"Fleetly", "fleetly", "FL"},
		{"Smith & Sons of Upper Slaughter Ltd", "smith-sons-of-upper-slaughter-ltd", "SSOU"},
		{"Café Zürich", "cafe-zurich", "CZ"},
		{"株式会社", "customer", "C"},
		{"日本電気", "customer-2", "C2"},
	} {
		made := h.create(t, customer.Draft{Name: c.name})
		if made.Slug != c.slug || made.TicketPrefix != c.prefix {
			t.Errorf("%s: slug %s, prefix %s, want %s, %s", c.name, made.Slug, made.TicketPrefix, c.slug, c.prefix)
		}
		if made.Timezone != "Europe/London" || made.Currency != "GBP" {
			t.Errorf("%s: defaults %s, %s", c.name, made.Timezone, made.Currency)
		}
	}
}

func TestCreateKeepsTheNamesThatWereAskedFor(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	made := h.create(t, customer.Draft{Name: "Northern Lights", Slug: "nl", TicketPrefix: "NORTH", Website: "nl.example", Currency: "eur"})
	if made.Slug != "nl" || made.TicketPrefix != "NORTH" || *made.Website != "https://nl.example" || made.Currency != "EUR" {
		t.Errorf("made %+v", made)
	}
	read, err := h.Customer(h.admin, made.ID)
	if err != nil || read.Slug != "nl" || !read.UpdatedAt.Equal(made.UpdatedAt) {
		t.Errorf("read back %+v, %v", read, err)
	}
	_, err = h.Create(h.admin, customer.Draft{Name: "Another", Slug: "nl", TicketPrefix: "NORTH"})
	if got := fields(err); !slices.Equal(got, []string{"slug", "ticket_prefix"}) {
		t.Errorf("names that are taken: faults of %q", got)
	}
	if want := []string{"customer.create", "customer.view"}; !slices.Equal(h.events(t, made.ID), want) {
		t.Errorf("events %q, want %q", h.events(t, made.ID), want)
	}
}

func TestCreateTellsAllFaultsAtOnce(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	_, err := h.Create(h.admin, customer.Draft{
		Name: " ", Slug: "A b", TicketPrefix: "toolong1", Website: "javascript://alert(1)", ClientType: "b2g",
		BusinessModel: "x", WebsiteType: "y", Timezone: "Mars/Olympus", Currency: "XYZ",
	})
	want := []string{"name", "website", "client_type", "business_model", "website_type", "timezone", "currency", "slug", "ticket_prefix"}
	if got := fields(err); !slices.Equal(got, want) {
		t.Errorf("faults of %q, want %q", got, want)
	}
	for _, zone := range []string{"Local", "../etc/passwd", "Europe"} {
		if _, err := h.Create(h.admin, customer.Draft{Name: "N", Timezone: zone}); !slices.Equal(fields(err), []string{"timezone"}) {
			t.Errorf("time zone %q: %v", zone, err)
		}
	}
}

func TestNamesakesAtOnceAreAllMade(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	var wg sync.WaitGroup
	prefixes := make([]string, 6)
	for i := range prefixes {
		wg.Go(func() {
			made, err := h.Create(h.admin, customer.Draft{Name: "Twin Peaks"})
			if err != nil {
				t.Error(err)
			}
			prefixes[i] = made.TicketPrefix
		})
	}
	wg.Wait()
	slices.Sort(prefixes)
	if want := []string{"TP", "TP2", "TP3", "TP4", "TP5", "TP6"}; !slices.Equal(prefixes, want) {
		t.Errorf("prefixes %q, want %q", prefixes, want)
	}
}

// fields are the names of what err faults.
func fields(err error) (names []string) {
	if f, ok := errors.AsType[*fault.Error](err); ok {
		for _, field := range f.Fields {
			names = append(names, field.Name)
		}
	}
	return names
}
