-- Cells by dyad and week of GDELT 2.0 events, 2018-03-01 to 2018-04-10.
-- Duplicates: one-a-day; quad classes: cameo-gdelt; weights: GDELT's own.
-- Rows between two different states, added on these days, dated on these days.
-- A missing file looks like a quiet day here: no column says what was covered.
-- Cost: the partitions of 2018-03-01 to 2018-04-11 only, by the columns
-- named, some 60 bytes for each of 100,000 to 250,000 rows a day. To be told the
-- bytes before they are billed: bq query --dry_run --use_legacy_sql=false < FILE
SELECT
  `t10`.`period`,
  `t10`.`source`,
  `t10`.`target`,
  `t10`.`events`,
  `t10`.`root_01`,
  `t10`.`root_02`,
  `t10`.`root_03`,
  `t10`.`root_04`,
  `t10`.`root_05`,
  `t10`.`root_06`,
  `t10`.`root_07`,
  `t10`.`root_08`,
  `t10`.`root_09`,
  `t10`.`root_10`,
  `t10`.`root_11`,
  `t10`.`root_12`,
  `t10`.`root_13`,
  `t10`.`root_14`,
  `t10`.`root_15`,
  `t10`.`root_16`,
  `t10`.`root_17`,
  `t10`.`root_18`,
  `t10`.`root_19`,
  `t10`.`root_20`,
  `t10`.`quad_1`,
  `t10`.`quad_2`,
  `t10`.`quad_3`,
  `t10`.`quad_4`,
  `t10`.`weight_sum`,
  `t10`.`weight_sum_squares`,
  `t10`.`mentions`,
  `t10`.`source_total`,
  `t10`.`target_total`,
  `t10`.`world_total`
FROM (
  SELECT
    `t9`.`period`,
    `t9`.`source`,
    `t9`.`target`,
    `t9`.`events`,
    `t9`.`root_01`,
    `t9`.`root_02`,
    `t9`.`root_03`,
    `t9`.`root_04`,
    `t9`.`root_05`,
    `t9`.`root_06`,
    `t9`.`root_07`,
    `t9`.`root_08`,
    `t9`.`root_09`,
    `t9`.`root_10`,
    `t9`.`root_11`,
    `t9`.`root_12`,
    `t9`.`root_13`,
    `t9`.`root_14`,
    `t9`.`root_15`,
    `t9`.`root_16`,
    `t9`.`root_17`,
    `t9`.`root_18`,
    `t9`.`root_19`,
    `t9`.`root_20`,
    `t9`.`quad_1`,
    `t9`.`quad_2`,
    `t9`.`quad_3`,
    `t9`.`quad_4`,
    `t9`.`weight_sum`,
    `t9`.`weight_sum_squares`,
    `t9`.`mentions`,
    `t9`.`world_total`,
    COALESCE(
      SUM(`t9`.`events`) OVER (
        PARTITION BY `t9`.`period`, `t9`.`source`
        ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING
      ),
      0
    ) AS `source_total`,
    COALESCE(
      SUM(`t9`.`events`) OVER (
        PARTITION BY `t9`.`period`, `t9`.`target`
        ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING
      ),
      0
    ) AS `target_total`
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
      `t8`.`weight_sum`,
      `t8`.`weight_sum_squares`,
      `t8`.`mentions`,
      COALESCE(
        SUM(`t8`.`events`) OVER (
          PARTITION BY `t8`.`period`
          ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING
        ),
        0
      ) AS `world_total`
    FROM (
      SELECT
        `t7`.`period`,
        `t7`.`source`,
        `t7`.`target`,
        `t7`.`events`,
        `t7`.`root_01`,
        `t7`.`root_02`,
        `t7`.`root_03`,
        `t7`.`root_04`,
        `t7`.`root_05`,
        `t7`.`root_06`,
        `t7`.`root_07`,
        `t7`.`root_08`,
        `t7`.`root_09`,
        `t7`.`root_10`,
        `t7`.`root_11`,
        `t7`.`root_12`,
        `t7`.`root_13`,
        `t7`.`root_14`,
        `t7`.`root_15`,
        `t7`.`root_16`,
        `t7`.`root_17`,
        `t7`.`root_18`,
        `t7`.`root_19`,
        `t7`.`root_20`,
        `t7`.`quad_1`,
        `t7`.`quad_2`,
        `t7`.`quad_3`,
        `t7`.`quad_4`,
        CAST(ROUND(COALESCE(`t7`.`weight_sum`, 0.0), 6) AS FLOAT64) AS `weight_sum`,
        CAST(ROUND(COALESCE(`t7`.`weight_sum_squares`, 0.0), 6) AS FLOAT64) AS `weight_sum_squares`,
        CASE
          WHEN `t7`.`mentioned` > 0
          THEN CAST(TRUNC(`t7`.`mentions`) AS INT64)
          ELSE NULL
        END AS `mentions`
      FROM (
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
            DATE_TRUNC(`t5`.`event_date`, WEEK(MONDAY)) AS `period`,
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
                    *
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
                        '01', '02', '03', '04', '05', '06', '07', '08', '09', '10', '11', '12',
                        '13', '14', '15', '16', '17', '18', '19', '20'
                      )
                      AND `t0`.`Actor1CountryCode` IN (
                        'ABW', 'AFG', 'AGO', 'AIA', 'ALA', 'ALB', 'AND', 'ARE', 'ARG', 'ARM',
                        'ASM', 'ATG', 'AUS', 'AUT', 'AZE', 'BDI', 'BEL', 'BEN', 'BFA', 'BGD',
                        'BGR', 'BHR', 'BHS', 'BIH', 'BLR', 'BLZ', 'BMU', 'BOL', 'BRA', 'BRB',
                        'BRN', 'BTN', 'BWA', 'CAF', 'CAN', 'CHE', 'CHL', 'CHN', 'CIV', 'CMR',
                        'COD', 'COG', 'COK', 'COL', 'COM', 'CPV', 'CRI', 'CUB', 'CYM', 'CYP',
                        'CZE', 'DEU', 'DJI', 'DMA', 'DNK', 'DOM', 'DZA', 'ECU', 'EGY', 'ERI',
                        'ESH', 'ESP', 'EST', 'ETH', 'FIN', 'FJI', 'FLK', 'FRA', 'FRO', 'FSM',
                        'GAB', 'GBR', 'GEO', 'GHA', 'GIB', 'GIN', 'GLP', 'GMB', 'GNB', 'GNQ',
                        'GRC', 'GRD', 'GRL', 'GTM', 'GUF', 'GUM', 'GUY', 'GZS', 'HKG', 'HND',
                        'HRV', 'HTI', 'HUN', 'IDN', 'IMY', 'IND', 'IRL', 'IRN', 'IRQ', 'ISL',
                        'ISR', 'ITA', 'JAM', 'JOR', 'JPN', 'KAZ', 'KEN', 'KGZ', 'KHM', 'KIR',
                        'KNA', 'KOR', 'KSV', 'KWT', 'LAO', 'LBN', 'LBR', 'LBY', 'LCA', 'LIE',
                        'LKA', 'LSO', 'LTU', 'LUX', 'LVA', 'MAC', 'MAR', 'MCO', 'MDA', 'MDG',
                        'MDV', 'MEX', 'MHL', 'MKD', 'MLI', 'MLT', 'MMR', 'MNG', 'MNP', 'MOZ',
                        'MRT', 'MSR', 'MTN', 'MTQ', 'MUS', 'MWI', 'MYS', 'MYT', 'NAM', 'NCL',
                        'NER', 'NFK', 'NGA', 'NIC', 'NIU', 'NLD', 'NOR', 'NPL', 'NRU', 'NZL',
                        'OMN', 'PAK', 'PAN', 'PCN', 'PER', 'PHL', 'PLW', 'PNG', 'POL', 'PRI',
                        'PRK', 'PRT', 'PRY', 'PSE', 'PYF', 'QAT', 'REU', 'ROM', 'RUS', 'RWA',
                        'SAU', 'SDN', 'SEN', 'SGP', 'SHN', 'SJM', 'SLB', 'SLE', 'SLV', 'SMR',
                        'SOM', 'SPM', 'SRB', 'SSD', 'STP', 'SUR', 'SVK', 'SVN', 'SWE', 'SWZ',
                        'SYC', 'SYR', 'TCA', 'TCD', 'TGO', 'THA', 'TJK', 'TKL', 'TKM', 'TMP',
                        'TON', 'TTO', 'TUN', 'TUR', 'TUV', 'TWN', 'TZA', 'UGA', 'UKR', 'URY',
                        'USA', 'UZB', 'VAT', 'VCT', 'VEN', 'VGB', 'VIR', 'VNM', 'VUT', 'WLF',
                        'WSB', 'WSM', 'YEM', 'ZAF', 'ZMB', 'ZWE'
                      )
                      AND `t0`.`Actor2CountryCode` IN (
                        'ABW', 'AFG', 'AGO', 'AIA', 'ALA', 'ALB', 'AND', 'ARE', 'ARG', 'ARM',
                        'ASM', 'ATG', 'AUS', 'AUT', 'AZE', 'BDI', 'BEL', 'BEN', 'BFA', 'BGD',
                        'BGR', 'BHR', 'BHS', 'BIH', 'BLR', 'BLZ', 'BMU', 'BOL', 'BRA', 'BRB',
                        'BRN', 'BTN', 'BWA', 'CAF', 'CAN', 'CHE', 'CHL', 'CHN', 'CIV', 'CMR',
                        'COD', 'COG', 'COK', 'COL', 'COM', 'CPV', 'CRI', 'CUB', 'CYM', 'CYP',
                        'CZE', 'DEU', 'DJI', 'DMA', 'DNK', 'DOM', 'DZA', 'ECU', 'EGY', 'ERI',
                        'ESH', 'ESP', 'EST', 'ETH', 'FIN', 'FJI', 'FLK', 'FRA', 'FRO', 'FSM',
                        'GAB', 'GBR', 'GEO', 'GHA', 'GIB', 'GIN', 'GLP', 'GMB', 'GNB', 'GNQ',
                        'GRC', 'GRD', 'GRL', 'GTM', 'GUF', 'GUM', 'GUY', 'GZS', 'HKG', 'HND',
                        'HRV', 'HTI', 'HUN', 'IDN', 'IMY', 'IND', 'IRL', 'IRN', 'IRQ', 'ISL',
                        'ISR', 'ITA', 'JAM', 'JOR', 'JPN', 'KAZ', 'KEN', 'KGZ', 'KHM', 'KIR',
                        'KNA', 'KOR', 'KSV', 'KWT', 'LAO', 'LBN', 'LBR', 'LBY', 'LCA', 'LIE',
                        'LKA', 'LSO', 'LTU', 'LUX', 'LVA', 'MAC', 'MAR', 'MCO', 'MDA', 'MDG',
                        'MDV', 'MEX', 'MHL', 'MKD', 'MLI', 'MLT', 'MMR', 'MNG', 'MNP', 'MOZ',
                        'MRT', 'MSR', 'MTN', 'MTQ', 'MUS', 'MWI', 'MYS', 'MYT', 'NAM', 'NCL',
                        'NER', 'NFK', 'NGA', 'NIC', 'NIU', 'NLD', 'NOR', 'NPL', 'NRU', 'NZL',
                        'OMN', 'PAK', 'PAN', 'PCN', 'PER', 'PHL', 'PLW', 'PNG', 'POL', 'PRI',
                        'PRK', 'PRT', 'PRY', 'PSE', 'PYF', 'QAT', 'REU', 'ROM', 'RUS', 'RWA',
                        'SAU', 'SDN', 'SEN', 'SGP', 'SHN', 'SJM', 'SLB', 'SLE', 'SLV', 'SMR',
                        'SOM', 'SPM', 'SRB', 'SSD', 'STP', 'SUR', 'SVK', 'SVN', 'SWE', 'SWZ',
                        'SYC', 'SYR', 'TCA', 'TCD', 'TGO', 'THA', 'TJK', 'TKL', 'TKM', 'TMP',
                        'TON', 'TTO', 'TUN', 'TUR', 'TUV', 'TWN', 'TZA', 'UGA', 'UKR', 'URY',
                        'USA', 'UZB', 'VAT', 'VCT', 'VEN', 'VGB', 'VIR', 'VNM', 'VUT', 'WLF',
                        'WSB', 'WSM', 'YEM', 'ZAF', 'ZMB', 'ZWE'
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
      ) AS `t7`
    ) AS `t8`
  ) AS `t9`
) AS `t10`
ORDER BY
  `t10`.`period` ASC,
  `t10`.`source` ASC,
  `t10`.`target` ASC;
