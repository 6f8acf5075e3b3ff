-- Cells by dyad and month of GDELT 2.0 events, 2018-03-01 to 2018-04-10.
-- Duplicates: mirror-collapse (no direction); quad classes: cameo-gdelt; weights: GDELT's own.
-- Rows between two different states, added on these days, dated on these days.
-- A missing file looks like a quiet day here: no column says what was covered.
-- Cost: the partitions of 2018-03-01 to 2018-04-11 only, by the columns
-- named, some 60 bytes for each of 100,000 to 250,000 rows a day. To be told the
-- bytes before they are billed: bq query --dry_run --use_legacy_sql=false < FILE
WITH `t7` AS (
  SELECT
    `t6`.`period`,
    `t6`.`source`,
    `t6`.`target`,
    COALESCE(SUM(`t6`.`events`), 0) AS `events`,
    COALESCE(SUM(`t6`.`root_01`), 0) AS `root_01`,
    COALESCE(SUM(`t6`.`root_02`), 0) AS `root_02`,
    COALESCE(SUM(`t6`.`root_03`), 0) AS `root_03`,
    COALESCE(SUM(`t6`.`root_04`), 0) AS `root_04`,
    COALESCE(SUM(`t6`.`root_05`), 0) AS `root_05`,
    COALESCE(SUM(`t6`.`root_06`), 0) AS `root_06`,
    COALESCE(SUM(`t6`.`root_07`), 0) AS `root_07`,
    COALESCE(SUM(`t6`.`root_08`), 0) AS `root_08`,
    COALESCE(SUM(`t6`.`root_09`), 0) AS `root_09`,
    COALESCE(SUM(`t6`.`root_10`), 0) AS `root_10`,
    COALESCE(SUM(`t6`.`root_11`), 0) AS `root_11`,
    COALESCE(SUM(`t6`.`root_12`), 0) AS `root_12`,
    COALESCE(SUM(`t6`.`root_13`), 0) AS `root_13`,
    COALESCE(SUM(`t6`.`root_14`), 0) AS `root_14`,
    COALESCE(SUM(`t6`.`root_15`), 0) AS `root_15`,
    COALESCE(SUM(`t6`.`root_16`), 0) AS `root_16`,
    COALESCE(SUM(`t6`.`root_17`), 0) AS `root_17`,
    COALESCE(SUM(`t6`.`root_18`), 0) AS `root_18`,
    COALESCE(SUM(`t6`.`root_19`), 0) AS `root_19`,
    COALESCE(SUM(`t6`.`root_20`), 0) AS `root_20`,
    COALESCE(SUM(`t6`.`quad_1`), 0) AS `quad_1`,
    COALESCE(SUM(`t6`.`quad_2`), 0) AS `quad_2`,
    COALESCE(SUM(`t6`.`quad_3`), 0) AS `quad_3`,
    COALESCE(SUM(`t6`.`quad_4`), 0) AS `quad_4`,
    COALESCE(SUM(`t6`.`weight_sum`), 0) AS `weight_sum`,
    COALESCE(SUM(`t6`.`weight_sum_squares`), 0) AS `weight_sum_squares`,
    COALESCE(SUM(`t6`.`mentions`), 0) AS `mentions`,
    COALESCE(SUM(`t6`.`mentioned`), 0) AS `mentioned`
  FROM (
    SELECT
      `t5`.`event_date`,
      `t5`.`source`,
      `t5`.`target`,
      `t5`.`root`,
      `t5`.`quad`,
      `t5`.`events`,
      `t5`.`weight_sum`,
      `t5`.`weight_sum_squares`,
      `t5`.`mentions`,
      `t5`.`mentioned`,
      DATE_TRUNC(`t5`.`event_date`, MONTH) AS `period`,
      CASE WHEN `t5`.`root` = '01' THEN `t5`.`events` ELSE 0 END AS `root_01`,
      CASE WHEN `t5`.`root` = '02' THEN `t5`.`events` ELSE 0 END AS `root_02`,
      CASE WHEN `t5`.`root` = '03' THEN `t5`.`events` ELSE 0 END AS `root_03`,
      CASE WHEN `t5`.`root` = '04' THEN `t5`.`events` ELSE 0 END AS `root_04`,
      CASE WHEN `t5`.`root` = '05' THEN `t5`.`events` ELSE 0 END AS `root_05`,
      CASE WHEN `t5`.`root` = '06' THEN `t5`.`events` ELSE 0 END AS `root_06`,
      CASE WHEN `t5`.`root` = '07' THEN `t5`.`events` ELSE 0 END AS `root_07`,
      CASE WHEN `t5`.`root` = '08' THEN `t5`.`events` ELSE 0 END AS `root_08`,
      CASE WHEN `t5`.`root` = '09' THEN `t5`.`events` ELSE 0 END AS `root_09`,
      CASE WHEN `t5`.`root` = '10' THEN `t5`.`events` ELSE 0 END AS `root_10`,
      CASE WHEN `t5`.`root` = '11' THEN `t5`.`events` ELSE 0 END AS `root_11`,
      CASE WHEN `t5`.`root` = '12' THEN `t5`.`events` ELSE 0 END AS `root_12`,
      CASE WHEN `t5`.`root` = '13' THEN `t5`.`events` ELSE 0 END AS `root_13`,
      CASE WHEN `t5`.`root` = '14' THEN `t5`.`events` ELSE 0 END AS `root_14`,
      CASE WHEN `t5`.`root` = '15' THEN `t5`.`events` ELSE 0 END AS `root_15`,
      CASE WHEN `t5`.`root` = '16' THEN `t5`.`events` ELSE 0 END AS `root_16`,
      CASE WHEN `t5`.`root` = '17' THEN `t5`.`events` ELSE 0 END AS `root_17`,
      CASE WHEN `t5`.`root` = '18' THEN `t5`.`events` ELSE 0 END AS `root_18`,
      CASE WHEN `t5`.`root` = '19' THEN `t5`.`events` ELSE 0 END AS `root_19`,
      CASE WHEN `t5`.`root` = '20' THEN `t5`.`events` ELSE 0 END AS `root_20`,
      CASE WHEN `t5`.`quad` = 1 THEN `t5`.`events` ELSE 0 END AS `quad_1`,
      CASE WHEN `t5`.`quad` = 2 THEN `t5`.`events` ELSE 0 END AS `quad_2`,
      CASE WHEN `t5`.`quad` = 3 THEN `t5`.`events` ELSE 0 END AS `quad_3`,
      CASE WHEN `t5`.`quad` = 4 THEN `t5`.`events` ELSE 0 END AS `quad_4`
    FROM (
      SELECT
        `t4`.`event_date`,
        `t4`.`source`,
        `t4`.`target`,
        `t4`.`root`,
        `t4`.`quad`,
        COUNT(*) AS `events`,
        COALESCE(SUM(`t4`.`weight`), 0) AS `weight_sum`,
        COALESCE(SUM(`t4`.`weight_sum_squares`), 0) AS `weight_sum_squares`,
        COALESCE(SUM(`t4`.`mentions`), 0) AS `mentions`,
        COUNT(`t4`.`mentions`) AS `mentioned`
      FROM (
        SELECT
          `t3`.`event_date`,
          `t3`.`source`,
          `t3`.`target`,
          `t3`.`code`,
          `t3`.`root`,
          `t3`.`quad`,
          `t3`.`weight`,
          `t3`.`mentions`,
          `t3`.`weight` * `t3`.`weight` AS `weight_sum_squares`
        FROM (
          SELECT
            `t2`.`event_date`,
            `t2`.`source`,
            `t2`.`target`,
            `t2`.`code`,
            MAX(`t2`.`root`) AS `root`,
            MAX(`t2`.`quad`) AS `quad`,
            MAX(`t2`.`weight`) AS `weight`,
            MAX(`t2`.`mentions`) AS `mentions`
          FROM (
            SELECT
              `t1`.`event_date`,
              CASE WHEN `t1`.`source` < `t1`.`target` THEN `t1`.`source` ELSE `t1`.`target` END AS `source`,
              CASE WHEN `t1`.`source` < `t1`.`target` THEN `t1`.`target` ELSE `t1`.`source` END AS `target`,
              `t1`.`code`,
              `t1`.`root`,
              `t1`.`quad`,
              `t1`.`weight`,
              `t1`.`mentions`
            FROM (
              SELECT
                SAFE_CAST(REGEXP_REPLACE(CAST(`t0`.`SQLDATE` AS STRING), '^(\\d{4})(\\d{2})(\\d{2})$', '\\1-\\2-\\3') AS DATE) AS `event_date`,
                CASE `t0`.`Actor1CountryCode`
                  WHEN 'IMY'
                  THEN 'IMN'
                  WHEN 'MTN'
                  THEN 'MNE'
                  WHEN 'WSB'
                  THEN 'PSE'
                  WHEN 'GZS'
                  THEN 'PSE'
                  WHEN 'ROM'
                  THEN 'ROU'
                  WHEN 'TMP'
                  THEN 'TLS'
                  WHEN 'KSV'
                  THEN 'XKX'
                  ELSE `t0`.`Actor1CountryCode`
                END AS `source`,
                CASE `t0`.`Actor2CountryCode`
                  WHEN 'IMY'
                  THEN 'IMN'
                  WHEN 'MTN'
                  THEN 'MNE'
                  WHEN 'WSB'
                  THEN 'PSE'
                  WHEN 'GZS'
                  THEN 'PSE'
                  WHEN 'ROM'
                  THEN 'ROU'
                  WHEN 'TMP'
                  THEN 'TLS'
                  WHEN 'KSV'
                  THEN 'XKX'
                  ELSE `t0`.`Actor2CountryCode`
                END AS `target`,
                `t0`.`EventCode` AS `code`,
                `t0`.`EventRootCode` AS `root`,
                `t0`.`QuadClass` AS `quad`,
                CASE WHEN IS_NAN(`t0`.`GoldsteinScale`) THEN NULL ELSE `t0`.`GoldsteinScale` END AS `weight`,
                CASE
                  WHEN IS_NAN(CAST(`t0`.`NumMentions` AS FLOAT64))
                  THEN NULL
                  ELSE CAST(`t0`.`NumMentions` AS FLOAT64)
                END AS `mentions`
              FROM `gdelt-bq`.`gdeltv2`.`events_partitioned` AS `t0`
              WHERE
                `t0`.`_PARTITIONTIME` >= TIMESTAMP('2018-03-01T00:00:00+00:00')
                AND `t0`.`_PARTITIONTIME` < TIMESTAMP('2018-04-12T00:00:00+00:00')
                AND `t0`.`DATEADDED` BETWEEN 20180301000000 AND 20180410235959
                AND `t0`.`SQLDATE` BETWEEN 20180301 AND 20180410
                AND `t0`.`EventRootCode` IN (
                  '01', '02', '03', '04', '05', '06', '07', '08', '09', '10', '11', '12', '13',
                  '14', '15', '16', '17', '18', '19', '20'
                )
                AND `t0`.`Actor1CountryCode` IN (
                  'ABW', 'AFG', 'AGO', 'AIA', 'ALA', 'ALB', 'AND', 'ARE', 'ARG', 'ARM', 'ASM',
                  'ATG', 'AUS', 'AUT', 'AZE', 'BDI', 'BEL', 'BEN', 'BFA', 'BGD', 'BGR', 'BHR',
                  'BHS', 'BIH', 'BLR', 'BLZ', 'BMU', 'BOL', 'BRA', 'BRB', 'BRN', 'BTN', 'BWA',
                  'CAF', 'CAN', 'CHE', 'CHL', 'CHN', 'CIV', 'CMR', 'COD', 'COG', 'COK', 'COL',
                  'COM', 'CPV', 'CRI', 'CUB', 'CYM', 'CYP', 'CZE', 'DEU', 'DJI', 'DMA', 'DNK',
                  'DOM', 'DZA', 'ECU', 'EGY', 'ERI', 'ESH', 'ESP', 'EST', 'ETH', 'FIN', 'FJI',
                  'FLK', 'FRA', 'FRO', 'FSM', 'GAB', 'GBR', 'GEO', 'GHA', 'GIB', 'GIN', 'GLP',
                  'GMB', 'GNB', 'GNQ', 'GRC', 'GRD', 'GRL', 'GTM', 'GUF', 'GUM', 'GUY', 'GZS',
                  'HKG', 'HND', 'HRV', 'HTI', 'HUN', 'IDN', 'IMY', 'IND', 'IRL', 'IRN', 'IRQ',
                  'ISL', 'ISR', 'ITA', 'JAM', 'JOR', 'JPN', 'KAZ', 'KEN', 'KGZ', 'KHM', 'KIR',
                  'KNA', 'KOR', 'KSV', 'KWT', 'LAO', 'LBN', 'LBR', 'LBY', 'LCA', 'LIE', 'LKA',
                  'LSO', 'LTU', 'LUX', 'LVA', 'MAC', 'MAR', 'MCO', 'MDA', 'MDG', 'MDV', 'MEX',
                  'MHL', 'MKD', 'MLI', 'MLT', 'MMR', 'MNG', 'MNP', 'MOZ', 'MRT', 'MSR', 'MTN',
                  'MTQ', 'MUS', 'MWI', 'MYS', 'MYT', 'NAM', 'NCL', 'NER', 'NFK', 'NGA', 'NIC',
                  'NIU', 'NLD', 'NOR', 'NPL', 'NRU', 'NZL', 'OMN', 'PAK', 'PAN', 'PCN', 'PER',
                  'PHL', 'PLW', 'PNG', 'POL', 'PRI', 'PRK', 'PRT', 'PRY', 'PSE', 'PYF', 'QAT',
                  'REU', 'ROM', 'RUS', 'RWA', 'SAU', 'SDN', 'SEN', 'SGP', 'SHN', 'SJM', 'SLB',
                  'SLE', 'SLV', 'SMR', 'SOM', 'SPM', 'SRB', 'SSD', 'STP', 'SUR', 'SVK', 'SVN',
                  'SWE', 'SWZ', 'SYC', 'SYR', 'TCA', 'TCD', 'TGO', 'THA', 'TJK', 'TKL', 'TKM',
                  'TMP', 'TON', 'TTO', 'TUN', 'TUR', 'TUV', 'TWN', 'TZA', 'UGA', 'UKR', 'URY',
                  'USA', 'UZB', 'VAT', 'VCT', 'VEN', 'VGB', 'VIR', 'VNM', 'VUT', 'WLF', 'WSB',
                  'WSM', 'YEM', 'ZAF', 'ZMB', 'ZWE'
                )
                AND `t0`.`Actor2CountryCode` IN (
                  'ABW', 'AFG', 'AGO', 'AIA', 'ALA', 'ALB', 'AND', 'ARE', 'ARG', 'ARM', 'ASM',
                  'ATG', 'AUS', 'AUT', 'AZE', 'BDI', 'BEL', 'BEN', 'BFA', 'BGD', 'BGR', 'BHR',
                  'BHS', 'BIH', 'BLR', 'BLZ', 'BMU', 'BOL', 'BRA', 'BRB', 'BRN', 'BTN', 'BWA',
                  'CAF', 'CAN', 'CHE', 'CHL', 'CHN', 'CIV', 'CMR', 'COD', 'COG', 'COK', 'COL',
                  'COM', 'CPV', 'CRI', 'CUB', 'CYM', 'CYP', 'CZE', 'DEU', 'DJI', 'DMA', 'DNK',
                  'DOM', 'DZA', 'ECU', 'EGY', 'ERI', 'ESH', 'ESP', 'EST', 'ETH', 'FIN', 'FJI',
                  'FLK', 'FRA', 'FRO', 'FSM', 'GAB', 'GBR', 'GEO', 'GHA', 'GIB', 'GIN', 'GLP',
                  'GMB', 'GNB', 'GNQ', 'GRC', 'GRD', 'GRL', 'GTM', 'GUF', 'GUM', 'GUY', 'GZS',
                  'HKG', 'HND', 'HRV', 'HTI', 'HUN', 'IDN', 'IMY', 'IND', 'IRL', 'IRN', 'IRQ',
                  'ISL', 'ISR', 'ITA', 'JAM', 'JOR', 'JPN', 'KAZ', 'KEN', 'KGZ', 'KHM', 'KIR',
                  'KNA', 'KOR', 'KSV', 'KWT', 'LAO', 'LBN', 'LBR', 'LBY', 'LCA', 'LIE', 'LKA',
                  'LSO', 'LTU', 'LUX', 'LVA', 'MAC', 'MAR', 'MCO', 'MDA', 'MDG', 'MDV', 'MEX',
                  'MHL', 'MKD', 'MLI', 'MLT', 'MMR', 'MNG', 'MNP', 'MOZ', 'MRT', 'MSR', 'MTN',
                  'MTQ', 'MUS', 'MWI', 'MYS', 'MYT', 'NAM', 'NCL', 'NER', 'NFK', 'NGA', 'NIC',
                  'NIU', 'NLD', 'NOR', 'NPL', 'NRU', 'NZL', 'OMN', 'PAK', 'PAN', 'PCN', 'PER',
                  'PHL', 'PLW', 'PNG', 'POL', 'PRI', 'PRK', 'PRT', 'PRY', 'PSE', 'PYF', 'QAT',
                  'REU', 'ROM', 'RUS', 'RWA', 'SAU', 'SDN', 'SEN', 'SGP', 'SHN', 'SJM', 'SLB',
                  'SLE', 'SLV', 'SMR', 'SOM', 'SPM', 'SRB', 'SSD', 'STP', 'SUR', 'SVK', 'SVN',
                  'SWE', 'SWZ', 'SYC', 'SYR', 'TCA', 'TCD', 'TGO', 'THA', 'TJK', 'TKL', 'TKM',
                  'TMP', 'TON', 'TTO', 'TUN', 'TUR', 'TUV', 'TWN', 'TZA', 'UGA', 'UKR', 'URY',
                  'USA', 'UZB', 'VAT', 'VCT', 'VEN', 'VGB', 'VIR', 'VNM', 'VUT', 'WLF', 'WSB',
                  'WSM', 'YEM', 'ZAF', 'ZMB', 'ZWE'
                )
            ) AS `t1`
            WHERE
              NOT (
                `t1`.`source` IS NULL
              )
              AND NOT (
                `t1`.`target` IS NULL
              )
              AND `t1`.`source` <> `t1`.`target`
          ) AS `t2`
          GROUP BY
            1,
            2,
            3,
            4
        ) AS `t3`
      ) AS `t4`
      GROUP BY
        1,
        2,
        3,
        4,
        5
    ) AS `t5`
    WHERE
      `t5`.`event_date` IS NOT NULL
  ) AS `t6`
  GROUP BY
    1,
    2,
    3
), `t13` AS (
  SELECT
    `t11`.`period`,
    `t11`.`state`,
    COALESCE(SUM(`t11`.`events`), 0) AS `total`
  FROM (
    SELECT
      *
    FROM (
      SELECT
        `t8`.`period`,
        `t8`.`events`,
        `t8`.`source` AS `state`
      FROM `t7` AS `t8`
    ) AS `t9`
    UNION ALL
    SELECT
      *
    FROM (
      SELECT
        `t8`.`period`,
        `t8`.`events`,
        `t8`.`target` AS `state`
      FROM `t7` AS `t8`
    ) AS `t10`
  ) AS `t11`
  GROUP BY
    1,
    2
)
SELECT
  `t27`.`period`,
  `t27`.`source`,
  `t27`.`target`,
  `t27`.`events`,
  `t27`.`root_01`,
  `t27`.`root_02`,
  `t27`.`root_03`,
  `t27`.`root_04`,
  `t27`.`root_05`,
  `t27`.`root_06`,
  `t27`.`root_07`,
  `t27`.`root_08`,
  `t27`.`root_09`,
  `t27`.`root_10`,
  `t27`.`root_11`,
  `t27`.`root_12`,
  `t27`.`root_13`,
  `t27`.`root_14`,
  `t27`.`root_15`,
  `t27`.`root_16`,
  `t27`.`root_17`,
  `t27`.`root_18`,
  `t27`.`root_19`,
  `t27`.`root_20`,
  `t27`.`quad_1`,
  `t27`.`quad_2`,
  `t27`.`quad_3`,
  `t27`.`quad_4`,
  `t27`.`weight_sum`,
  `t27`.`weight_sum_squares`,
  `t27`.`mentions`,
  `t27`.`source_total`,
  `t27`.`target_total`,
  `t27`.`world_total`
FROM (
  SELECT
    `t26`.*
    EXCEPT (`state`)
  FROM (
    SELECT
      `t25`.*
      EXCEPT (`period_right`)
    FROM (
      SELECT
        `t24`.`period`,
        `t24`.`source`,
        `t24`.`target`,
        `t24`.`events`,
        `t24`.`root_01`,
        `t24`.`root_02`,
        `t24`.`root_03`,
        `t24`.`root_04`,
        `t24`.`root_05`,
        `t24`.`root_06`,
        `t24`.`root_07`,
        `t24`.`root_08`,
        `t24`.`root_09`,
        `t24`.`root_10`,
        `t24`.`root_11`,
        `t24`.`root_12`,
        `t24`.`root_13`,
        `t24`.`root_14`,
        `t24`.`root_15`,
        `t24`.`root_16`,
        `t24`.`root_17`,
        `t24`.`root_18`,
        `t24`.`root_19`,
        `t24`.`root_20`,
        `t24`.`quad_1`,
        `t24`.`quad_2`,
        `t24`.`quad_3`,
        `t24`.`quad_4`,
        `t24`.`weight_sum`,
        `t24`.`weight_sum_squares`,
        `t24`.`mentions`,
        `t24`.`world_total`,
        `t24`.`source_total`,
        `t19`.`period` AS `period_right`,
        `t19`.`state`,
        `t19`.`target_total`
      FROM (
        SELECT
          `t22`.*
          EXCEPT (`state`)
        FROM (
          SELECT
            `t21`.*
            EXCEPT (`period_right`)
          FROM (
            SELECT
              `t18`.`period`,
              `t18`.`source`,
              `t18`.`target`,
              `t18`.`events`,
              `t18`.`root_01`,
              `t18`.`root_02`,
              `t18`.`root_03`,
              `t18`.`root_04`,
              `t18`.`root_05`,
              `t18`.`root_06`,
              `t18`.`root_07`,
              `t18`.`root_08`,
              `t18`.`root_09`,
              `t18`.`root_10`,
              `t18`.`root_11`,
              `t18`.`root_12`,
              `t18`.`root_13`,
              `t18`.`root_14`,
              `t18`.`root_15`,
              `t18`.`root_16`,
              `t18`.`root_17`,
              `t18`.`root_18`,
              `t18`.`root_19`,
              `t18`.`root_20`,
              `t18`.`quad_1`,
              `t18`.`quad_2`,
              `t18`.`quad_3`,
              `t18`.`quad_4`,
              `t18`.`weight_sum`,
              `t18`.`weight_sum_squares`,
              `t18`.`mentions`,
              `t18`.`world_total`,
              `t20`.`period` AS `period_right`,
              `t20`.`state`,
              `t20`.`source_total`
            FROM (
              SELECT
                `t12`.`period`,
                `t12`.`source`,
                `t12`.`target`,
                `t12`.`events`,
                `t12`.`root_01`,
                `t12`.`root_02`,
                `t12`.`root_03`,
                `t12`.`root_04`,
                `t12`.`root_05`,
                `t12`.`root_06`,
                `t12`.`root_07`,
                `t12`.`root_08`,
                `t12`.`root_09`,
                `t12`.`root_10`,
                `t12`.`root_11`,
                `t12`.`root_12`,
                `t12`.`root_13`,
                `t12`.`root_14`,
                `t12`.`root_15`,
                `t12`.`root_16`,
                `t12`.`root_17`,
                `t12`.`root_18`,
                `t12`.`root_19`,
                `t12`.`root_20`,
                `t12`.`quad_1`,
                `t12`.`quad_2`,
                `t12`.`quad_3`,
                `t12`.`quad_4`,
                `t12`.`weight_sum`,
                `t12`.`weight_sum_squares`,
                `t12`.`mentions`,
                COALESCE(
                  SUM(`t12`.`events`) OVER (
                    PARTITION BY `t12`.`period`
                    ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING
                  ),
                  0
                ) AS `world_total`
              FROM (
                SELECT
                  `t8`.`period`,
                  `t8`.`source`,
                  `t8`.`target`,
                  `t8`.`events`,
                  `t8`.`root_01`,
                  `t8`.`root_02`,
                  `t8`.`root_03`,
                  `t8`.`root_04`,
                  `t8`.`root_05`,
                  `t8`.`root_06`,
                  `t8`.`root_07`,
                  `t8`.`root_08`,
                  `t8`.`root_09`,
                  `t8`.`root_10`,
                  `t8`.`root_11`,
                  `t8`.`root_12`,
                  `t8`.`root_13`,
                  `t8`.`root_14`,
                  `t8`.`root_15`,
                  `t8`.`root_16`,
                  `t8`.`root_17`,
                  `t8`.`root_18`,
                  `t8`.`root_19`,
                  `t8`.`root_20`,
                  `t8`.`quad_1`,
                  `t8`.`quad_2`,
                  `t8`.`quad_3`,
                  `t8`.`quad_4`,
                  CAST(ROUND(COALESCE(`t8`.`weight_sum`, 0.0), 6) AS FLOAT64) AS `weight_sum`,
                  CAST(ROUND(COALESCE(`t8`.`weight_sum_squares`, 0.0), 6) AS FLOAT64) AS `weight_sum_squares`,
                  CASE
                    WHEN `t8`.`mentioned` > 0
                    THEN CAST(TRUNC(`t8`.`mentions`) AS INT64)
                    ELSE NULL
                  END AS `mentions`
                FROM `t7` AS `t8`
              ) AS `t12`
            ) AS `t18`
            LEFT OUTER JOIN (
              SELECT
                `t14`.`period`,
                `t14`.`state`,
                `t14`.`total` AS `source_total`
              FROM `t13` AS `t14`
            ) AS `t20`
              ON `t18`.`period` = `t20`.`period` AND `t18`.`source` = `t20`.`state`
          ) AS `t21`
        ) AS `t22`
      ) AS `t24`
      LEFT OUTER JOIN (
        SELECT
          `t14`.`period`,
          `t14`.`state`,
          `t14`.`total` AS `target_total`
        FROM `t13` AS `t14`
      ) AS `t19`
        ON `t24`.`period` = `t19`.`period` AND `t24`.`target` = `t19`.`state`
    ) AS `t25`
  ) AS `t26`
) AS `t27`
ORDER BY
  `t27`.`period` ASC,
  `t27`.`source` ASC,
  `t27`.`target` ASC;
