package project

import (
	"net/http"

	"clientportal/internal/fault"
	"clientportal/internal/news"
	"clientportal/internal/route"
	"clientportal/internal/web"
)

func (c staffPages) showQuotes(w http.ResponseWriter, r *http.Request) error {
	v, err := c.readQuotes(r, quoteList{path: "/staff/quotes", views: staffQuoteViews, staff: true, plans: can(r.Context(), mayPlan)})
	if err != nil {
		return err
	}
	web.Render(w, r, http.StatusOK, StaffQuotes(c.page(w, r, "/staff/quotes", "Quotes").Following("quote:"), v))
	return nil
}

func (c staffPages) showQuote(w http.ResponseWriter, r *http.Request) error {
	id, err := route.PathID(r, "quoteId", "quote")
	if err != nil {
		return err
	}
	quote, err := c.Quote(r.Context(), id)
	if err != nil {
		return err
	}
	c.Notify.Seen(r.Context(), news.Subject{Type: "quote", ID: id})
	p := c.page(w, r, "/staff/quotes", quote.Name, web.Crumb{Label: "Quotes", Href: "/staff/quotes"}, web.Crumb{Label: quote.Number}).
		Following("quote:" + id.String())
	web.Render(w, r, http.StatusOK, StaffQuoteView(p, quoteView{Quote: quote, staff: true}, can(r.Context(), mayPlan)))
	return nil
}

// staffActions are the steps that a quote can take from where it stands.
func (v quoteView) staffActions(plans bool) []web.Action {
	if !plans {
		return nil
	}
	path := "/staff" + quotePath(v.ID)
	edit := web.Action{Label: "Edit", Icon: web.IconEdit, Href: path + "/edit"}
	anew := web.Action{Label: "New version", Icon: web.IconEdit, Href: path + "/edit"}
	cancel := web.Action{Label: "Cancel the quote", Kind: web.Ghost, Href: path + "/cancel"}
	switch v.Status {
	case Draft:
		return []web.Action{cancel, edit, {Label: "Send to " + v.Customer.Name, Kind: web.Primary, Post: path + "/send"}}
	case Sent:
		return []web.Action{cancel, anew}
	case Approved:
		return []web.Action{cancel, anew, {Label: "Start the project", Kind: web.Primary, Post: "/staff" + projectPath(v.ID) + "/start"}}
	case Rejected:
		return []web.Action{anew}
	}
	return nil
}

// confirmCancel asks before a quote is given up for good.
func (c staffPages) confirmCancel(w http.ResponseWriter, r *http.Request) error {
	id, err := route.PathID(r, "quoteId", "quote")
	if err != nil {
		return err
	}
	if !can(r.Context(), mayPlan) {
		return fault.Denied("It takes one of the agency's managers or admins to cancel a quote.")
	}
	quote, err := c.quote(r.Context(), id)
	if err != nil {
		return err
	}
	p := c.page(w, r, "/staff/quotes", "Cancel "+quote.Number, web.Crumb{Label: "Quotes", Href: "/staff/quotes"},
		web.Crumb{Label: quote.Number, Href: "/staff" + quotePath(id)}, web.Crumb{Label: "Cancel"})
	p.Width = web.Narrow
	web.Render(w, r, http.StatusOK, CancelQuote(p, quote))
	return nil
}
