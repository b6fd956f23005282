-- AlterTable
ALTER TABLE "barter_notifications" ADD COLUMN     "shown_at" BIGINT;

-- AlterTable
ALTER TABLE "barter_preferences" ADD COLUMN     "digest_day" INTEGER NOT NULL DEFAULT 0,
ADD COLUMN     "digest_held_until" BIGINT NOT NULL DEFAULT 0;

-- What was pushed before this was kept is nobody's news any more.
UPDATE "barter_notifications" SET "shown_at" = "delivered_at";
