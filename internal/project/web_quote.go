package project

import (
	"context"
	"fmt"
	"net/http"

	"github.com/google/uuid"

	"clientportal/internal/fault"
	"clientportal/internal/news"
	"clientportal/internal/route"
	"clientportal/internal/web"
)

// quoteView is a quote as a document, with the form of the decision on it.
type quoteView struct {
	Quote
	form   web.Form
	decide bool // the reader may, and the quote waits for it
	staff  bool
}

// tagField carries the entity tag of what the reader of a form has seen.
const tagField = "tag"

func (c clientPages) showQuote(w http.ResponseWriter, r *http.Request) error {
	id, err := route.PathID(r, "id", "quote")
	if err != nil {
		return err
	}
	quote, err := c.Quote(r.Context(), id)
	if err != nil {
		return err
	}
	c.Notify.Seen(r.Context(), news.Subject{Type: "quote", ID: id})
	c.drawQuote(w, r, http.StatusOK, quoteView{Quote: quote})
	return nil
}

func (c clientPages) drawQuote(w http.ResponseWriter, r *http.Request, status int, v quoteView) {
	v.decide = v.Status == Sent && !v.Expired && can(r.Context(), mayDecide)
	p := c.page(w, r, "/quotes", v.Name, web.Crumb{Label: "Quotes", Href: "/quotes"}, web.Crumb{Label: v.Number}).
		Following("quote:" + v.ID.String())
	web.Render(w, r, status, QuoteView(p, v))
}

func (c clientPages) approve(w http.ResponseWriter, r *http.Request) error {
	return c.decideBy(w, r, c.ApproveQuote, func(q Quote) string {
		return fmt.Sprintf("You have approved %s, version %d. It is a project now.", q.Number, q.Version)
	})
}

func (c clientPages) reject(w http.ResponseWriter, r *http.Request) error {
	return c.decideBy(w, r, c.RejectQuote, func(q Quote) string {
		return fmt.Sprintf("You have rejected %s. The agency reads why.", q.Number)
	})
}

// decideBy decides on the version that was shown. One that has changed meanwhile is
// shown as it is now, to be read before it is decided on.
func (c clientPages) decideBy(w http.ResponseWriter, r *http.Request, decide func(ctx context.Context, id uuid.UUID, comment, ifMatch string) error, done func(Quote) string) error {
	id, err := route.PathID(r, "id", "quote")
	if err != nil {
		return err
	}
	form, err := web.ReadForm(w, r)
	if err != nil {
		return err
	}
	err = decide(r.Context(), id, form.Value("comment"), form.Value(tagField))
	if err != nil && !fault.Mendable(err) {
		return err
	}
	quote, gone := c.quote(r.Context(), id)
	if gone != nil {
		return gone
	}
	if err != nil {
		c.drawQuote(w, r, fault.Status(err), quoteView{Quote: quote, form: decisionAgain(form, quote, err)})
		return nil
	}
	c.Flash.Say(w, web.Done, done(quote))
	http.Redirect(w, r, quotePath(id), http.StatusSeeOther)
	return nil
}

// decisionAgain is the form of a decision that was not taken.
func decisionAgain(form web.Form, now Quote, err error) web.Form {
	form, _ = form.With(err)
	if fault.CodeOf(err) == fault.Stale {
		form.Message = fmt.Sprintf("The quote changed after you opened it. This is version %d as it is now: read it, then decide. Your comment is kept.", now.Version)
	}
	return form
}
