package customer

import (
	"context"
	"time"

	"github.com/google/uuid"

	"clientportal/internal/actor"
	"clientportal/internal/clock"
	"clientportal/internal/customer/customerdb"
	"clientportal/internal/db"
	"clientportal/internal/fault"
	"clientportal/internal/sheet"
)

// RunImport imports what an upload brings, all of it or nothing. The refused rows
// are left out. A second time changes nothing.
func (s *Service) RunImport(ctx context.Context, id uuid.UUID) (report Report, err error) {
	err = s.db.Write(ctx, func(tx *db.Tx) error {
		if err := mayAdminister(tx.Actor()); err != nil {
			return err
		}
		q, now := customerdb.New(tx), clock.Now(ctx)
		i, err := keptImport(q.KeptImportForUpdate(ctx, customerdb.KeptImportForUpdateParams{ID: id, Now: now}))
		switch {
		case err != nil:
			return err
		case i.ImportedAt != nil:
			return db.ErrUnchanged
		}
		if report, err = bring(ctx, tx, id, i.Rows, i.Fields); err != nil {
			return err
		}
		return q.FinishImport(ctx, customerdb.FinishImportParams{
			ID: id, ImportedAt: &now, CustomersMade: int32(report.Customers), StakeholdersMade: int32(report.Stakeholders),
		})
	})
	return report, raced(err)
}

// ImportFile imports a file at once, or with dryRun only says what would come of it.
// Without fields, the heads of the columns say what they hold.
func (s *Service) ImportFile(ctx context.Context, file []byte, fields []string, dryRun bool) (report Report, err error) {
	who, _ := actor.From(ctx)
	if err := mayAdminister(who); err != nil {
		return report, err
	}
	table, err := sheet.Parse(file, importLimits, "file")
	if err != nil {
		return report, err
	}
	if fields == nil {
		fields = guessFields(table.Header)
	}
	if err := checkFields(fields, len(table.Header)); err != nil {
		return report, err
	}
	if dryRun {
		err = s.db.Read(ctx, func(tx *db.Tx) error {
			report, err = reportOn(ctx, tx, table.Rows, fields)
			return err
		})
		return report, err
	}
	id, err := uuid.NewV7()
	if err != nil {
		return report, err
	}
	err = s.db.Write(ctx, func(tx *db.Tx) error {
		report, err = bring(ctx, tx, id, table.Rows, fields)
		return err
	})
	return report, raced(err)
}

// reportOn says what the rows would bring.
func reportOn(ctx context.Context, tx *db.Tx, rows []sheet.Row, fields []string) (Report, error) {
	p, err := planOf(ctx, customerdb.New(tx), rows, fields)
	if err != nil {
		return Report{}, err
	}
	return p.Report, nil
}

// bring makes what the rows bring. One import waits for another, so that none
// brings what the other has just brought.
func bring(ctx context.Context, tx *db.Tx, id uuid.UUID, rows []sheet.Row, fields []string) (Report, error) {
	q, now := customerdb.New(tx), clock.Now(ctx)
	if err := q.LockImports(ctx); err != nil {
		return Report{}, err
	}
	p, err := planOf(ctx, q, rows, fields)
	if err != nil {
		return Report{}, err
	}
	tx.Record(importEvent("customer_import.run", id, map[string]any{
		"rows": p.Rows, "refused": p.Refused, "customers": p.Customers, "stakeholders": p.Stakeholders,
	}))
	if err := insertCustomers(ctx, q, p.customers, now); err != nil {
		return Report{}, err
	}
	for _, t := range p.touched {
		payload := map[string]any{"import_id": id, "stakeholder_ids": t.made}
		if t.line > 0 {
			payload["customer"] = t.Customer
		}
		tx.Record(event("customer.import", t.ID, payload))
	}
	return p.Report, insertPeople(ctx, q, p.people, now)
}

// insertCustomers keeps new customers, each under a slug and a prefix of its own.
func insertCustomers(ctx context.Context, q *customerdb.Queries, made []*target, now time.Time) error {
	taken, err := q.TakenNames(ctx)
	if err != nil || len(made) == 0 {
		return err
	}
	slugs, prefixes := newSlugs(), newPrefixes()
	for _, other := range taken {
		slugs.taken[other.Slug], prefixes.taken[other.TicketPrefix] = true, true
	}
	n := customerdb.InsertCustomersParams{Now: now}
	for _, t := range made {
		t.Slug, t.TicketPrefix, t.CreatedAt, t.UpdatedAt = slugs.free(slugOf(t.Name)), prefixes.free(prefixOf(t.Name)), now, now
		n.Ids, n.Names = append(n.Ids, t.ID), append(n.Names, t.Name)
		n.Slugs, n.Prefixes = append(n.Slugs, t.Slug), append(n.Prefixes, t.TicketPrefix)
		n.Websites, n.ClientTypes = append(n.Websites, said(t.Website)), append(n.ClientTypes, said(t.ClientType))
		n.BusinessModels, n.WebsiteTypes = append(n.BusinessModels, said(t.BusinessModel)), append(n.WebsiteTypes, said(t.WebsiteType))
		n.Timezones, n.Currencies = append(n.Timezones, t.Timezone), append(n.Currencies, t.Currency)
	}
	return q.InsertCustomers(ctx, n)
}

// insertPeople keeps new stakeholders.
func insertPeople(ctx context.Context, q *customerdb.Queries, people []*Stakeholder, now time.Time) error {
	if len(people) == 0 {
		return nil
	}
	n := customerdb.InsertStakeholdersParams{Now: now}
	var primaries []uuid.UUID
	for _, p := range people {
		n.Ids, n.CustomerIds = append(n.Ids, p.ID), append(n.CustomerIds, p.CustomerID)
		n.Emails, n.FirstNames, n.LastNames = append(n.Emails, p.Email), append(n.FirstNames, p.FirstName), append(n.LastNames, p.LastName)
		n.Titles, n.Phones = append(n.Titles, said(p.Title)), append(n.Phones, said(p.Phone))
		n.Primaries = append(n.Primaries, p.IsPrimaryContact)
		if p.IsPrimaryContact {
			primaries = append(primaries, p.ID)
		}
	}
	if err := q.InsertStakeholders(ctx, n); err != nil {
		return err
	}
	return q.YieldPrimaryContacts(ctx, customerdb.YieldPrimaryContactsParams{Ids: primaries, Now: now})
}

// raced is the fault of an import during which somebody took on the same customer,
// or added the same person, by hand.
func raced(err error) error {
	for _, unique := range []string{"customers_slug_key", "customers_ticket_prefix", "customer_stakeholders_email"} {
		if db.Violates(err, unique) {
			return fault.New(fault.Conflict, "Somebody added a customer or a stakeholder in the same moment. Nothing is imported; import again.")
		}
	}
	return err
}

// said is the text, "" for none.
func said(text *string) string {
	if text == nil {
		return ""
	}
	return *text
}
