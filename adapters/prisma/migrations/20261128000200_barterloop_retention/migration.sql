-- AlterTable
ALTER TABLE "barter_refusals" ADD COLUMN     "opportunity_id" TEXT;

-- CreateIndex
CREATE INDEX "barter_refusals_opportunity_id_idx" ON "barter_refusals"("opportunity_id");

-- CreateIndex
CREATE INDEX "barter_notifications_type_timestamp_idx" ON "barter_notifications"("type", "timestamp");
