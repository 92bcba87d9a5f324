package customer

import (
	"net/http"
	"net/url"

	"github.com/google/uuid"

	"clientportal/internal/customer/customerdb"
	"clientportal/internal/db"
	"clientportal/internal/fault"
	"clientportal/internal/web"
)

// customerForm is the form of a new customer, or of one that is changed.
type customerForm struct {
	web.Form
	edited    *Customer // as they are; nil for a new one
	employees []web.Option
	stale     bool // they have changed since the form was opened
}

func (c staffPages) showNew(w http.ResponseWriter, r *http.Request) error {
	f := web.Form{Values: url.Values{"timezone": {defaultTimezone}, "currency": {defaultCurrency}}}
	c.drawNew(w, r, http.StatusOK, f)
	return nil
}

func (c staffPages) drawNew(w http.ResponseWriter, r *http.Request, status int, f web.Form) {
	p := c.page(w, r, "New customer", web.Crumb{Label: "Customers", Href: root}, web.Crumb{Label: "New customer"})
	p.Width = web.Narrow
	web.Render(w, r, status, newCustomerPage(p, customerForm{Form: f}))
}

func (c staffPages) create(w http.ResponseWriter, r *http.Request) error {
	f, err := web.ReadForm(w, r)
	if err != nil {
		return err
	}
	made, err := c.Create(r.Context(), Draft{
		Name: f.Value("name"), Website: f.Value("website"), ClientType: f.Value("client_type"),
		BusinessModel: f.Value("business_model"), WebsiteType: f.Value("website_type"),
		Timezone: f.Value("timezone"), Currency: f.Value("currency"),
	})
	if fault.Mendable(err) {
		f, _ = f.With(err)
		c.drawNew(w, r, fault.Status(err), f)
		return nil
	}
	if err != nil {
		return err
	}
	return c.done(w, r, path(made.ID), made.Name+" is taken on. Below is what is left to set up.")
}

func (c staffPages) showEdit(w http.ResponseWriter, r *http.Request) error {
	now, err := c.named(r)
	if err != nil {
		return err
	}
	contact := ""
	if now.ContactEmployeeID != nil {
		contact = now.ContactEmployeeID.String()
	}
	f := web.Form{Values: url.Values{
		"name": {now.Name}, "website": {said(now.Website)}, "client_type": {said(now.ClientType)},
		"business_model": {said(now.BusinessModel)}, "website_type": {said(now.WebsiteType)},
		"timezone": {now.Timezone}, "currency": {now.Currency}, "contact_employee_id": {contact}, "seen": {now.Tag()},
	}}
	return c.drawEdit(w, r, http.StatusOK, customerForm{Form: f, edited: &now})
}

// named is the customer that the address names.
func (c staffPages) named(r *http.Request) (Customer, error) {
	id, err := customerID(r)
	if err != nil {
		return Customer{}, err
	}
	return c.Customer(r.Context(), id)
}

func (c staffPages) drawEdit(w http.ResponseWriter, r *http.Request, status int, f customerForm) error {
	f.employees = []web.Option{{Value: "", Label: "Nobody"}}
	err := c.db.Read(r.Context(), func(tx *db.Tx) error {
		rows, err := customerdb.New(tx).ActiveEmployees(r.Context())
		for _, row := range rows {
			f.employees = append(f.employees, web.Option{Value: row.ID.String(), Label: row.FirstName + " " + row.LastName})
		}
		return err
	})
	if err != nil {
		return err
	}
	web.Render(w, r, status, editCustomerPage(c.formPage(w, r, *f.edited, "Edit"), f))
	return nil
}

func (c staffPages) edit(w http.ResponseWriter, r *http.Request) error {
	id, err := customerID(r)
	if err != nil {
		return err
	}
	f, err := web.ReadForm(w, r)
	if err != nil {
		return err
	}
	after, err := c.change(r, id, f)
	if fault.Mendable(err) {
		return c.editAgain(w, r, f, err)
	}
	if err != nil {
		return err
	}
	return c.done(w, r, path(id), after.Name+" is saved.")
}

// change makes the change that the form asks for.
func (c staffPages) change(r *http.Request, id uuid.UUID, f web.Form) (Customer, error) {
	given := func(name string) *string {
		value := f.Value(name)
		return &value
	}
	contact := uuid.Nil
	if value := f.Value("contact_employee_id"); value != "" {
		var err error
		if contact, err = uuid.Parse(value); err != nil {
			return Customer{}, fault.InvalidField("contact_employee_id", "Choose an active employee.")
		}
	}
	return c.Update(r.Context(), id, Change{
		Name: given("name"), Website: given("website"), ClientType: given("client_type"),
		BusinessModel: given("business_model"), WebsiteType: given("website_type"),
		Timezone: given("timezone"), Currency: given("currency"), ContactEmployeeID: &contact,
	}, f.Value("seen"))
}

// editAgain shows the form for another try after err. Where somebody else was
// quicker it shows what stands now, and sending it again means that version.
func (c staffPages) editAgain(w http.ResponseWriter, r *http.Request, f web.Form, err error) error {
	now, failed := c.named(r)
	if failed != nil {
		return failed
	}
	again := customerForm{edited: &now, stale: fault.CodeOf(err) == fault.Stale}
	again.Form, _ = f.With(err)
	if again.stale {
		again.Message = "Somebody has changed the customer meanwhile. What stands now is below; save again to put yours in its place."
		again.Values.Set("seen", now.Tag())
	}
	return c.drawEdit(w, r, fault.Status(err), again)
}

func (c staffPages) showClose(w http.ResponseWriter, r *http.Request) error {
	now, err := c.named(r)
	if err != nil {
		return err
	}
	web.Render(w, r, http.StatusOK, closePage(c.formPage(w, r, now, "Close"), now))
	return nil
}

// opens lets a customer's people in again, or puts them out.
func (c staffPages) opens(active bool, words string) func(http.ResponseWriter, *http.Request) error {
	return func(w http.ResponseWriter, r *http.Request) error {
		id, err := customerID(r)
		if err != nil {
			return err
		}
		if _, err := c.Update(r.Context(), id, Change{IsActive: &active}, ""); err != nil {
			return err
		}
		return c.done(w, r, path(id), words)
	}
}
