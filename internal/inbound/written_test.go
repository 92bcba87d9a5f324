package inbound

import "testing"

func TestWritten(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ what, plain, html, want string }{
		{"no quote", "Yes.\r\n\r\nThe second one.\r\n", "", "Yes.\n\nThe second one."},
		{"above the quote", "Yes.\n\nOn Thu, 19 Nov 2026 at 09:02, Sam <reply+x@agency.example> wrote:\n> Which one?\n>\n> Sam\n", "", "Yes."},
		{"a broken attribution", "Yes.\n\nOn Thu, 19 Nov 2026 at 09:02, Northlight\n<reply+abcdefghijklmnopqrstuvwxyz@agency.example> wrote:\n\n> Which one?\n", "", "Yes."},
		{"below the quote", "On Thursday Sam wrote:\n> Which one?\n\nThe second one.\n", "", "The second one."},
		{"between quoted lines", "> One?\nYes.\n> Two?\nNo.", "", "Yes.\nNo."},
		{"a quote without marks", "Ja.\n\nAm 19.11.2026 um 09:02 schrieb Sam Okafor:\nWelche?\n", "", "Ja."},
		{"Outlook's separator", "Yes.\n\n-----Original Message-----\nFrom: Sam\nWhich one?", "", "Yes."},
		{"Outlook's header", "Yes.\n\n________________________________\nFrom: Sam <sam@agency.example>\nSent: Thursday\nTo: Mara\nSubject: Re: Which\n\nWhich one?", "", "Yes."},
		{"a signature", "Yes.\n-- \nMara\nDapper Goods", "", "Yes."},
		{"From: in a sentence", "From: here on it works.\nThank you.", "", "From: here on it works.\nThank you."},
		{"On ... without a quote", "On Monday we go live.\nPlease be there.", "", "On Monday we go live.\nPlease be there."},
		{"Gmail's HTML", "", `<div dir="ltr">Yes.<br>Both.</div><div class="gmail_quote"><div class="gmail_attr">On Thu wrote:<br></div><blockquote>Which?</blockquote></div>`, "Yes.\nBoth."},
		{"Outlook's HTML", "", `<html><head><style>p{}</style></head><body><p>Yes.</p><div id="appendonsend"></div><hr><div id="divRplyFwdMsg">From: Sam</div><p>Which one?</p></body></html>`, "Yes."},
		{"Apple's HTML", "", `<body>Yes.<div><br><blockquote type="cite"><div>On Thursday, Sam wrote:</div>Which one?</blockquote></div></body>`, "Yes."},
		{"plain before HTML", "Plain.", "<p>HTML.</p>", "Plain."},
		{"nothing of one's own", "> Which one?", "", ""},
	} {
		if got := written(c.plain, c.html); got != c.want {
			t.Errorf("%s: %q, want %q", c.what, got, c.want)
		}
	}
}
