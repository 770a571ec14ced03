/// Compose Wizard: four steps that edit one draft, which is saved continuously.
enum ComposePages {
    static var routes: [Route] {
        ComposeDelivery.routes + ComposeMessage.routes + ComposeAutosave.routes + ComposeRecipients.routes
            + AudienceRoutes.all(for: .compose) + ComposeConfirm.routes + ComposePreviewFrame.routes
            + ComposeSend.routes
            + ComposeSchedule.routes
    }
}
