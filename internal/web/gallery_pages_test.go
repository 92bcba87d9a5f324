package web

import (
	"net/url"
	"time"

	"github.com/a-h/templ"

	"clientportal/internal/fault"
)

func (g gallery) secondFactor() templ.Component {
	s := g.say
	p := g.page("Second factor", "")
	p.Viewer, p.Live = Viewer{}, Live{}
	form := Form{
		Values: url.Values{"code": {s("482913")}},
		Faults: []fault.Field{{Name: "code", Message: s("That code has already been used. Wait for the next one; it changes every 30 seconds.")}},
	}
	return with(AuthLayout(p),
		with(AuthTitle("One more step"), g.text("Enter the six digits from your authenticator app.")),
		with(templ.ComponentFunc(formTag),
			Input(form, Field{Name: "code", Label: s("Code"), InputMode: "numeric", Autocomplete: "one-time-code", MaxLength: 6, Class: CodeField}),
			Checkbox(form, Field{Name: "remember", Label: s("Trust this browser for 30 days")}),
			Button(Action{Label: s("Continue"), Kind: Primary, Large: true, Block: true}),
		))
}

func (g gallery) start() templ.Component {
	s := g.say
	return with(ClientPortalLayout(g.page("Home", "/")),
		with(PageHeader(s("Good morning, Mara"), Action{Label: s("New ticket"), Icon: IconPlus, Href: s("/tickets/new")}),
			g.text("Thursday 19 November. Two things wait for you.")),
		WaitingList(s("Waiting for you"), []WaitingItem{
			{IconProjects, s("Send the product texts for 62 products"), s("Storefront relaunch, phase Content. The build cannot go on without them."), s("Due tomorrow"), true, Action{Label: s("Open phase"), Kind: Primary, Href: s("/projects/1")}},
			{IconTicket, s("Which VAT number should appear on invoices to Ireland?"), s("DG-213, Invoice e-mails show the wrong VAT number. Asked by Sam Okafor."), s("12 min"), false, Action{Label: s("Answer"), Href: s("/tickets/1")}},
		}))
}

func (g gallery) hours() templ.Component {
	s := g.say
	return with(ClientPortalLayout(g.page("Hours", "/hours")),
		PageHeader(s("Hours")),
		PeriodStepper(s("November 2026"), &Link{s("October 2026"), s("/hours?period=2026-10-01")}, nil),
		Downloads(s("Statement"), []Link{{s("PDF"), s("/hours/statement?format=pdf")}}),
		MeterBar(Meter{Label: s("24.25 hours approved, 6.75 waiting"), Whole: 2670, Parts: []MeterPart{{1455, FillFirst}, {405, FillSecond}}}),
		Swatch(FillSecond),
		BurndownChart(Burndown{
			Label: s("Hours left, from 44.50 to 13.50"), Days: 30, Start: 2670, Left: []int{2670, 2400, 810}, Band: &BurndownBand{210, -150},
			Unit: 60, Sign: s("h"), Ticks: []BurndownTick{{0, s("1 Nov")}, {30, s("30 Nov")}}, Rows: [][2]string{{s("2 Nov"), s("13.50")}},
		}))
}

func (g gallery) filters(query string) Filters {
	s := g.say
	f := Filters{
		Label: s("Tickets"), Action: s("/tickets"), Query: query, Placeholder: s("Search titles and messages"), Found: s("10 of 38 tickets"),
		Hidden: []Hidden{{s("view"), s("all")}},
		Selects: []FilterSelect{
			{Name: "category", Label: s("Category"), Options: []Option{{Label: s("Any category")}, {Value: s("billing"), Label: s("Billing")}}},
			{Name: "priority", Label: s("Priority"), Options: []Option{{Label: s("Any priority")}}},
			{Name: "quote_id", Label: s("Project"), Options: []Option{{Label: s("Any project")}}, Wide: true},
		},
	}
	if query != "" {
		f.Clear = s("/tickets")
	}
	return f
}

func (g gallery) views() templ.Component {
	s := g.say
	return Views(s("Ticket views"), []View{
		{Label: s("Open"), Href: s("/tickets"), Count: 6},
		{Label: s("Waiting for you"), Href: s("/tickets?status=waiting"), Count: 1},
		{Label: s("Overdue"), Href: s("/tickets?view=overdue"), Count: 2, Alarm: true},
		{Label: s("All"), Href: s("/tickets?view=all"), Count: 38, Current: true},
	})
}

func (g gallery) tickets() templ.Component {
	s, c := g.say, Clock{Now: galleryTime}
	row := func(title, meta, status, priority, who string, ago time.Duration) templ.Component {
		return with(Row(),
			RowTitle(s("/tickets/1"), s(title), s(meta)),
			with(Cell(Always), Status(TicketState(status, false))),
			with(Cell(Always), Priority(priority)),
			CellText(FromTablet, s(who)),
			CellOf(FromDesktop, g.say("5"), s("replies")),
			with(CellNum(FromTablet), Time(c, galleryTime.Add(-ago))),
		)
	}
	newTicket := Action{Label: s("New ticket"), Icon: IconPlus, Kind: Primary, Href: s("/tickets/new")}
	p := g.page("Tickets", "/tickets")
	p.Flash = Flash{Done, s("DG-222 is sent. Sam Okafor looks after it.")}
	return with(ClientPortalLayout(p),
		PageHeader(s("Tickets"), newTicket), g.views(), FilterBar(g.filters("")),
		with(Table(s("Tickets of Dapper Goods, last changed first"), []Column{
			{Label: s("Ticket")}, {Label: s("Status")}, {Label: s("Priority")}, {Label: s("With"), From: FromTablet},
			{Label: s("Replies"), Num: true, From: FromDesktop}, {Label: s("Changed"), Num: true, From: FromTablet, Sort: "descending"},
		}),
			row("Invoice e-mails show the wrong VAT number", "DG-213, Billing", "waiting_for_client", "high", "Sam Okafor", 12*time.Minute),
			row("Discount code WELCOME10 is rejected at checkout", "DG-221, Checkout", "in_progress", "urgent", "Priya Raman", 2*time.Hour),
			row("Gift card balance is not shown on phones", "DG-216, Shop", "resolved", "medium", "Priya Raman", 22*time.Hour),
			row("New opening hours for the Leeds showroom", "DG-220, Content", "open", "low", "Not yet assigned", 23*time.Hour),
			row("Old links to \"Braces\" end on a missing page", "DG-205, Shop", "closed", "medium", "Priya Raman", 400*time.Hour),
		),
		Pager(Paging{Range: s("1 to 10 of 38"), Newer: s("/tickets"), Older: s("/tickets?cursor=abc")}))
}

func (g gallery) empty() templ.Component {
	s := g.say
	newTicket := Action{Label: s("New ticket"), Icon: IconPlus, Kind: Primary, Href: s("/tickets/new")}
	return with(ClientPortalLayout(g.page("Tickets", "/tickets")),
		PageHeader(s("Tickets"), newTicket), g.views(), FilterBar(g.filters(s("parcel tracking"))),
		with(Empty(EmptyState{
			Title: s(`No open ticket mentions "parcel tracking"`), Text: s("Look among the resolved ones too, or tell us about it."),
			Actions: []Action{{Label: s("Search all 38 tickets"), Href: s("/tickets?view=all")}, newTicket},
		}), g.text("")))
}

func (g gallery) ticket() templ.Component {
	s, c := g.say, Clock{Now: galleryTime}
	at := func(ago time.Duration) time.Time { return galleryTime.Add(-ago) }
	aside := with(Aside(s("About this ticket"), s("High, 1.00 h")),
		with(AsidePart(s("Details")), Facts([]Fact{
			{Term: s("Status"), Value: Status(TicketState("waiting_for_client", false))},
			{Term: s("Priority"), Value: Priority("high")},
			{Term: s("Category"), Text: s("Billing")},
			{Term: s("With"), Value: Person(s("Sam Okafor"), true)},
			{Term: s("Changed"), Value: Moment(c, at(12*time.Minute))},
		})),
		with(AsidePart(s("People")), Person(s("Mara Lindqvist"), false)))
	p := g.page("Invoice e-mails show the wrong VAT number", "/tickets")
	p.Crumbs = []Crumb{{s("Tickets"), s("/tickets")}, {s("DG-213"), ""}}
	return with(ClientPortalLayout(p),
		with(PageHeader(s("Invoice e-mails show the wrong VAT number"), Action{Label: s("Close ticket"), Post: s("/tickets/1/close"), Fields: []Hidden{{s("version"), s("3")}}}),
			Status(TicketState("waiting_for_client", false)), g.text("Opened by Mara Lindqvist on 17 November")),
		with(WithAside(aside),
			with(Conversation(), g.messages(c, false)...),
			ComposerForm(Composer{
				Action: s("/tickets/1/comments"), Label: s("Your reply"), Hint: s("Reply to Sam"), Author: s("Mara Lindqvist"),
				Limits: FileLimits{10, 25_000_000}, Preview: Preview{URL: s("/preview")},
				Submit: []Action{{Label: s("Send and close"), Kind: Ghost, Name: "close", Value: "1"}, {Label: s("Send reply"), Kind: Primary}},
			})))
}

func (g gallery) messages(c Clock, internal bool) []templ.Component {
	s := g.say
	at := func(ago time.Duration) time.Time { return galleryTime.Add(-ago) }
	entries := []templ.Component{
		MessageEntry(c, Message{
			ID: s("comment-1"), Author: s("Mara Lindqvist"), Company: s("Dapper Goods"), At: at(46 * time.Hour),
			Body:  templ.Join(g.text("Hello Sam, our accountant noticed that the order confirmation shows the UK VAT number on orders that ship to Ireland. Since October those should carry the Irish one."), g.text("Two examples are attached. Can you check how many are affected?")),
			Files: []File{{s("order-48112.pdf"), s("/attachments/1"), 84_000, false}, {s("corrected-mail.png"), s("/attachments/2"), 212_000, true}},
		}),
		HappeningEntry(c, Happening{Who: s("Sam Okafor"), Text: s("took the ticket and set it to"), State: State{Active, s("In progress")}, At: at(45 * time.Hour)}),
	}
	if internal {
		entries = append(entries, MessageEntry(c, Message{
			Author: s("Priya Raman"), Company: s("Northlight"), Agency: true, Internal: true, At: at(30 * time.Hour),
			Body: g.text("Same snippet as in Moor Coffee, worth a look there too. About 1.5 h with tests."),
		}))
	}
	return append(entries,
		MessageEntry(c, Message{Author: s("Sam Okafor"), Company: s("Northlight"), Agency: true, At: at(12 * time.Minute), Body: g.text("Which VAT number should appear on invoices to Ireland? The sheet from your accountant has two.")}),
		HappeningEntry(c, Happening{Who: s("Sam Okafor"), Text: s("set the ticket to"), State: State{Waiting, s("Waiting for you")}, At: at(12 * time.Minute)}))
}

func (g gallery) newTicket() templ.Component {
	s := g.say
	form := Form{
		Values: url.Values{"description": {s("Checkout broken")}, "priority": {"urgent"}},
		Faults: []fault.Field{
			{Name: "title", Message: s("Give the ticket a title.")},
			{Name: "description", Message: s("Say a little more: at least 20 characters, this has 15.")},
			{Name: "files", Message: s("screen-recording.mov has 61 MB; 25 MB is the limit. Remove it, or share a link in the text.")},
		},
	}
	p := g.page("New ticket", "/tickets")
	p.Crumbs, p.Width = []Crumb{{s("Tickets"), s("/tickets")}, {s("New ticket"), ""}}, Narrow
	return with(ClientPortalLayout(p), PageHeader(s("New ticket")),
		ErrorSummary(form, s("The ticket is not sent yet")),
		with(templ.ComponentFunc(formTag),
			Input(form, Field{Name: "title", Label: s("Title"), Hint: s("A few words, so that it is found again"), Required: true}),
			MarkdownArea(form, Field{Name: "description", Label: s("What happens, and what should happen?"), Hint: s("Steps, addresses of pages, order numbers. Markdown works.")}, Preview{URL: s("/preview"), Body: g.text("Checkout broken")}),
			with(FieldRow(),
				Select(form, Field{Name: "category", Label: s("Category")}, []Option{{Value: s("checkout"), Label: s("Checkout")}}),
				Select(form, Field{Name: "quote_id", Label: s("Project"), Optional: true}, []Option{{Label: s("None")}})),
			RadioCards(form, Field{Name: "priority", Label: s("Priority")}, []Option{
				{"urgent", s("Urgent"), s("Nobody can buy. Answer within 1 h")}, {"high", s("High"), s("Many are affected. Within 4 h")},
				{"medium", s("Medium"), s("Annoying. Within a working day")}, {"low", s("Low"), s("When there is time")},
			}),
			FileInput(form, Field{Name: "files", Label: s("Attachments"), Optional: true, Hint: s("Up to 10 files, 25 MB each")}, FileLimits{10, 25_000_000}),
			Buttons([]Action{{Label: s("Send ticket"), Kind: Primary, Large: true}, {Label: s("Cancel"), Kind: Ghost, Large: true, Href: s("/tickets")}})))
}

func (g gallery) security() templ.Component {
	s := g.say
	return with(ClientPortalLayout(g.page("Sign-in and security", "/settings")),
		with(PageHeader(s("Sign-in and security")), g.text("Your second factor is on.")),
		with(Callout(Waiting, s("Keep these codes")), g.text("Each opens the portal once when your phone is lost. They are not shown again.")),
		with(Section("codes", s("Recovery codes"), Link{s("Make new ones"), s("/codes")}),
			Codes([]string{s("k3v9-2xpq"), s("m1ta-88wz"), s("zz0q-71ld"), s("p4hn-6rjc")})),
		with(Section("app", s("Authenticator app")), with(Panel(), QRImage([]byte(s("png")), s("QR code for the authenticator app")), Secret(s("Or type this key"), s("JBSW Y3DP EHPK 3PXP")))),
		with(Confirm(s("Turn the second factor off?"), Action{Label: s("Turn it off"), Kind: Danger, Large: true, Post: s("/off")}, Link{s("Keep it"), s("/security")}),
			g.text("Anyone with your password could then sign in.")))
}

func (g gallery) queue() templ.Component {
	s, c := g.say, Clock{Now: galleryTime}
	p := g.page("Ticket queue", "/tickets")
	p.Width = Full
	p.Viewer.Companies = nil
	item := func(number, customer, title, due string, tone Tone, status, priority, who string, current bool) templ.Component {
		return QueueItem(QueueEntry{Href: s("/staff/tickets/1"), Number: s(number), Customer: s(customer), Title: s(title),
			Due: State{tone, s(due)}, State: TicketState(status, true), Priority: priority, With: s(who), Current: current})
	}
	list := with(QueueList(Queue{
		Title: s("Queue"), Open: true, Label: s("Tickets in the queue"), Filters: g.filters(""),
		Views: []View{{Label: s("Open"), Href: s("/staff/tickets"), Count: 23, Current: true}, {Label: s("Mine"), Href: s("/mine"), Count: 7}, {Label: s("Overdue"), Href: s("/over"), Count: 2, Alarm: true}},
		Sorts: []View{{Label: s("Due first"), Href: s("/staff/tickets"), Current: true}, {Label: s("Newest first"), Href: s("/staff/tickets?sort=new")}},
	}),
		item("FR-88", "Fenwick & Rowe", "Booking form sends no confirmation", "0:38 over", Late, "open", "high", "Nobody", false),
		item("DG-213", "Dapper Goods", "Invoice e-mails show the wrong VAT number", "Paused", Neutral, "waiting_for_client", "high", "Sam", true),
		item("HB-142", "Halden Bikes", "Frame size filter is empty in Safari", "1:24 left", Waiting, "in_progress", "urgent", "Priya", false))
	composer := Composer{
		Action: s("/staff/tickets/1/comments"), Label: s("Reply to Mara Lindqvist"), Hint: s("Reply to Mara, she will get an e-mail"),
		Kinds:      []Option{{"reply", s("Reply to client"), ""}, {"note", s("Internal note"), ""}},
		Then:       []Option{{"waiting_for_client", s("Waiting for client"), ""}, {"resolved", s("Resolved"), ""}},
		SubmitNote: &Action{Label: s("Save note"), Kind: Primary},
		Limits:     FileLimits{10, 25_000_000}, Submit: []Action{{Label: s("Send reply"), Kind: Primary}},
	}
	return with(StaffLayout(p), with(Split(list, true),
		SplitHeader(SplitTitle{Title: s("Invoice e-mails show the wrong VAT number"), About: s("DG-213"), Customer: Link{s("Dapper Goods"), s("/staff/customers/1")}, Back: s("/staff/tickets"), Newer: s("/staff/tickets/0"), Older: s("/staff/tickets/2"),
			Actions: []Action{{Label: s("View as client"), Icon: IconEye, Href: s("/as-client")}, {Label: s("Resolve"), Kind: Primary, Post: s("/resolve")}}}),
		with(SplitBody(with(Properties(s("Ticket properties")),
			Select(Form{}, Field{Name: "status", Label: s("Status"), Compact: true}, []Option{{"open", s("Open"), ""}}),
			Select(Form{}, Field{Name: "priority", Label: s("Priority"), Compact: true}, []Option{{"high", s("High"), ""}}),
			SelectRow(Form{}, Field{Name: "mail", Label: s("Answers"), Hint: s("Somebody writes on a ticket.")}, []Option{{"at_once", s("At once"), ""}}),
			FactList([]Fact{{Term: s("First answer"), Text: s("24 min, target 4 h")}})), ComposerForm(composer)),
			with(Conversation(), g.messages(c, true)...))))
}
