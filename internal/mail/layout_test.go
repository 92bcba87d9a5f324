package mail

import (
	"strings"
	"testing"
)

func letter(say func(string) string) Letter {
	return Letter{
		Agency: say("Northlight"), Home: say("https://portal.northlight.example/"), Accent: say("#0d5c6f"),
		Legal:   say("Northlight Ltd, 14 Calvert Avenue, London"),
		Preview: say("Which VAT number should appear on invoices to Ireland?"),
		About:   say("DG-213, Dapper Goods"), Title: say("Invoice e-mails show the wrong VAT number"),
		Paragraphs: []string{say("Sam has a question before it goes live.")},
		Quote: Quote{Author: say("Sam Okafor"), From: say("Northlight, today at 09:02"), Paragraphs: []string{
			say("Which VAT number should appear on invoices to Ireland?"), say("IE 3628719WH\nIE 9741205DH"),
		}},
		Button:      Button{say("Answer in the portal"), say("https://portal.northlight.example/tickets/1")},
		Note:        say("The clock for our answer stands still until you reply."),
		Reason:      say("You get this because you opened DG-213."),
		SettingsURL: say("https://portal.northlight.example/settings/notifications"),
	}
}

func drawn(t *testing.T, l Letter) string {
	t.Helper()
	var out strings.Builder
	if err := Layout(l).Render(t.Context(), &out); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

func TestLayout(t *testing.T) {
	t.Parallel()
	html := drawn(t, letter(func(s string) string { return s }))
	for _, want := range []string{
		`<a href="https://portal.northlight.example/tickets/1" style="`, "IE 3628719WH<br>", "Answer in the portal",
		"background:#0d5c6f;border-radius:7px", "Choose what we send you",
	} {
		if !strings.Contains(strings.ReplaceAll(html, "<br/>", "<br>"), want) {
			t.Errorf("the mail lacks %q", want)
		}
	}
}

// A letter may be as short as a title and a button.
func TestLayoutShort(t *testing.T) {
	t.Parallel()
	html := drawn(t, Letter{Agency: "Northlight", Title: "Set a new password", Button: Button{"Set a new password", "https://portal.example/reset"}})
	if strings.Contains(html, "<strong") || strings.Contains(html, "Choose what we send you") {
		t.Error("the mail has a quote or settings without any")
	}
}

func TestLayoutEscapes(t *testing.T) {
	t.Parallel()
	const attack = `javascript:alert(1)"'></style><script>alert(1)</script><img src=x>`
	html := drawn(t, letter(func(string) string { return attack }))
	for _, made := range []string{"<script>", "<img", `href="javascript:`} {
		if strings.Contains(html, made) {
			t.Errorf("the mail has %q", made)
		}
	}
}
