-- AlterTable
ALTER TABLE "host_users" ADD COLUMN     "email" TEXT;
