package conformance_test

import "github.com/featurebase-community/featurebase-go"

func emailing() []step {
	type changes = map[featurebase.ContactEmailTopic]featurebase.ContactEmailStatus
	const off, on = featurebase.ContactEmailStatusUnsubscribed, featurebase.ContactEmailStatusSubscribed
	preferences := func(p object) object { return object{"preferences": p} }
	const byID, byUserID = "users.contacts.emailPreferences.", "users.contacts.byUserID.emailPreferences."
	return []step{
		{name: "preferences", official: official(byID+"retrieve", ada), ours: ours("Contacts.GetEmailPreferences", ada), want: ok},
		{name: "preferences of one without an address", official: official(byID+"retrieve", eve), ours: ours("Contacts.GetEmailPreferences", eve), want: ok},
		{name: "preferences of a lead", official: official(byID+"retrieve", bob), ours: ours("Contacts.GetEmailPreferences", bob), want: against},
		{name: "preferences of nobody", official: official(byID+"retrieve", nobody), ours: ours("Contacts.GetEmailPreferences", nobody), want: notFound},
		{name: "preferences by user ID", official: official(byUserID+"retrieve", "a/b"), ours: ours("Contacts.GetEmailPreferencesByUserID", "a/b"), want: ok},
		{name: "preferences of a lead by user ID", official: official(byUserID+"retrieve", "l1"), ours: ours("Contacts.GetEmailPreferencesByUserID", "l1"), want: notFound},
		{name: "preferences by an empty ID", official: official(byID+"retrieve", ""), ours: ours("Contacts.GetEmailPreferences", ""), differs: &difference{refusesEmpty,
			"404\nGET /v2/contacts//email-preferences", idNotSent}},

		{name: "a topic", official: official(byID+"update", ada, preferences(object{"changelog": "unsubscribed"})),
			ours: ours("Contacts.UpdateEmailPreferences", ada, changes{featurebase.ContactEmailTopicChangelog: off}), want: ok},
		{name: "all topics at once", official: official(byID+"update", ada, preferences(object{"all": "unsubscribed", "postUpdates": "unsubscribed", "postComments": "subscribed", "commentReplies": "unsubscribed", "changelog": "subscribed"})),
			ours: ours("Contacts.UpdateEmailPreferences", ada, changes{featurebase.ContactEmailTopicAll: off, featurebase.ContactEmailTopicPostUpdates: off, featurebase.ContactEmailTopicPostComments: on, featurebase.ContactEmailTopicCommentReplies: off, featurebase.ContactEmailTopicChangelog: on}), want: ok},
		{name: "the gate of all is opened", official: official(byUserID+"update", "u1", preferences(object{"all": "subscribed"})),
			ours: ours("Contacts.UpdateEmailPreferencesByUserID", "u1", changes{featurebase.ContactEmailTopicAll: on}), want: ok},
		{name: "a topic of an odd user ID", official: official(byUserID+"update", "a/b", preferences(object{"postComments": "unsubscribed"})),
			ours: ours("Contacts.UpdateEmailPreferencesByUserID", "a/b", changes{featurebase.ContactEmailTopicPostComments: off}), want: ok},
		{name: "an unknown topic", official: official(byID+"update", ada, preferences(object{"all": "unsubscribed", "weekly": "subscribed"})),
			ours: ours("Contacts.UpdateEmailPreferences", ada, changes{featurebase.ContactEmailTopicAll: off, "weekly": on}), want: invalid},
		{name: "an unknown topic by user ID", official: official(byUserID+"update", "u1", preferences(object{"weekly": "subscribed"})),
			ours: ours("Contacts.UpdateEmailPreferencesByUserID", "u1", changes{"weekly": on}), want: invalid},
		{name: "a topic of a lead", official: official(byID+"update", bob, preferences(object{"all": "unsubscribed"})),
			ours: ours("Contacts.UpdateEmailPreferences", bob, changes{featurebase.ContactEmailTopicAll: off}), want: against},
		{name: "no topic", official: official(byID+"update", ada, preferences(object{})), ours: ours("Contacts.UpdateEmailPreferences", ada, changes{}), differs: &difference{refuses,
			against + "\nPATCH /v2/contacts/" + ada + `/email-preferences {"preferences":{}}`, "not sent: invalid changes"}},
		{name: "an unknown status", official: official(byID+"update", ada, preferences(object{"all": "off"})), ours: ours("Contacts.UpdateEmailPreferences", ada, changes{"all": "off"}), differs: &difference{refuses,
			invalid + "\nPATCH /v2/contacts/" + ada + `/email-preferences {"preferences":{"all":"off"}}`,
			`not sent: invalid changes["all"]`}},
	}
}

func blocking() []step {
	return []step{
		{name: "block a customer", official: official("users.contacts.block", ada), ours: ours("Contacts.Block", ada), want: ok},
		{name: "block it again", official: official("users.contacts.block", ada), ours: ours("Contacts.Block", ada), want: ok},
		{name: "block a lead", official: official("users.contacts.block", bob), ours: ours("Contacts.Block", bob), want: ok},
		{name: "unblock a lead", official: official("users.contacts.unblock", bob), ours: ours("Contacts.Unblock", bob), want: ok},
		{name: "unblock who is not blocked", official: official("users.contacts.unblock", fay), ours: ours("Contacts.Unblock", fay), want: ok},
		{name: "block nobody", official: official("users.contacts.block", nobody), ours: ours("Contacts.Block", nobody), want: notFound},
		{name: "unblock nobody", official: official("users.contacts.unblock", nobody), ours: ours("Contacts.Unblock", nobody), want: notFound},
		{name: "block what can't be an ID", official: official("users.contacts.block", "u1"), ours: ours("Contacts.Block", "u1"), differs: &difference{refusesIDs,
			"400 invalid_id\nPOST /v2/contacts/u1/block", idNotSent}},
	}
}
