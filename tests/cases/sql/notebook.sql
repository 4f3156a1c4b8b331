-- Databricks notebook source
-- MAGIC %run ../includes/setup
--             ^ import ../includes/setup - - include

-- COMMAND ----------

SELECT * FROM bronze.events
--                   ^ reference read bronze

-- COMMAND ----------

INSERT INTO silver.events SELECT * FROM bronze.events
--                 ^ reference write silver
